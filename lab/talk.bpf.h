/* How the simulated network's open ports talk (lab/services.h), without any memory of connections.
 *
 * The number of a SYN-ACK is a keyed hash of the flow, so every acknowledgment tells how much of
 * our words has been heard, and with it what is to be said. A segment that comes again is answered
 * in the same way again; nothing is sent by itself. */
#pragma once

#include <linux/in.h>
#include <linux/tcp.h>

#include "frame.bpf.h"
#include "services.h"

struct talk {
  struct tcphdr tcp;
  char text[SPEECH_BYTES];
} __attribute__((packed, aligned(2)));

/* What a segment tells: how many of our bytes were heard, our FIN counted; how many bytes of theirs
 * are in it. */
struct question {
  __u32 heard;
  __u32 length;
  bool is_request; /* of HTTP */
  bool ends;
};

/* What is sent: the words from the byte `at` on. */
struct statement {
  bool is_sent;
  bool resets;
  bool ends;
  int speech; /* -1: none */
  __u32 at;
};

/* The number with which an open port begins a connection. */
static __always_inline __u32 first_number(const void* data, bool is_v6, __u64 service_hash,
                                          __be16 scanner_port) {
  const struct iphdr* v4 = data + ETH_HLEN;
  const struct ipv6hdr* v6 = data + ETH_HLEN;
  const __u64 high = is_v6 ? load_be64(&v6->saddr) : 0;
  const __u64 low = is_v6 ? load_be64(&v6->saddr.s6_addr[8]) : bpf_ntohl(v4->saddr);
  return truth_hash(service_hash, high, low, bpf_ntohs(scanner_port));
}

static __always_inline struct statement say(int speech, __u32 at, bool ends) {
  return (struct statement){.is_sent = true, .speech = speech, .at = at, .ends = ends};
}

/* A bare acknowledgment, where there is something to acknowledge. */
static __always_inline struct statement say_nothing(struct question question, __u32 end) {
  return (struct statement){.is_sent = question.length > 0 || question.ends,
                            .speech = -1,
                            .at = question.heard,
                            .ends = question.ends && question.heard <= end};
}

static __always_inline struct statement answer_of(enum service service, struct question question) {
  const __u32 page = speeches[SPEECH_PAGE].length;
  const __u32 shell = speeches[SPEECH_SHELL].length;
  const __u32 files = speeches[SPEECH_FILES].length;
  const __u32 refused = files + speeches[SPEECH_REFUSAL].length;
  switch (service) {
    case SERVICE_WEB:
      if (question.is_request && question.heard <= page) return say(SPEECH_PAGE, 0, true);
      return say_nothing(question, page);
    case SERVICE_SHELL:
      if (question.heard < shell) return say(SPEECH_SHELL, 0, question.ends);
      if (question.length > 0) question.ends = true;
      return say_nothing(question, shell);
    case SERVICE_FILES:
      if (question.heard < files) return say(SPEECH_FILES, 0, question.ends);
      if (question.length == 0) return say_nothing(question, refused);
      if (question.heard < refused) return say(SPEECH_REFUSAL, files, question.ends);
      question.ends = true;
      return say_nothing(question, refused);
    case SERVICE_RESETTING:
      if (question.length > 0) return (struct statement){true, .resets = true, .speech = -1};
      return say_nothing(question, 0);
    case SERVICE_SILENT:
      return say_nothing(question, 0);
  }
  return say_nothing(question, 0);
}

/* Writes the words and returns the sum of the room for them, which is zero behind them; `end` is
 * that of the frame. Returns 0 if there is no room. */
static __always_inline __u64 write_speech(struct talk* talk, const void* end, int number,
                                          __u64 service_hash) {
  if (number < 0 || number >= SPEECHES) return 0;
  const struct speech* speech = &speeches[number];
  __u16* words = (__u16*)talk->text;
  for (int i = 0; i < SPEECH_BYTES / 2; ++i) words[i] = ((const __u16*)speech->text)[i];
  for (int i = 0; i < 2; ++i) {
    const __u32 at = speech->name_at[i];
    if (at > SPEECH_BYTES - NAME_DIGITS) return 0;
    char* digits = talk->text + at;
    if ((void*)(digits + NAME_DIGITS) > end) return 0;
    write_name(service_hash, digits);
  }
  return sum_words(talk->text, SPEECH_BYTES, 0);
}

/* `asked` is the header of `talk`, `end` the end of the frame. */
static __always_inline struct question read_question(const struct talk* talk,
                                                     const struct tcphdr asked, __u32 first,
                                                     __u32 length, const void* end) {
  const char* payload = (const char*)talk + asked.doff * 4;
  struct question question = {
      .heard = bpf_ntohl(asked.ack_seq) - first - 1, .length = length, .ends = asked.fin};
  if (length >= 4 && (void*)(payload + 4) <= end) {
    question.is_request =
        payload[0] == 'G' && payload[1] == 'E' && payload[2] == 'T' && payload[3] == ' ';
  }
  return question;
}

/* Answers a segment of a connection to an open port. The caller has checked the bounds of the TCP
 * header. */
static __always_inline int on_talk(struct xdp_md* frame, bool is_v6, __u64 service_hash) {
  const int header = ETH_HLEN + header_length(is_v6);
  void* data = (void*)(long)frame->data;
  struct talk* talk = data + header;
  if ((void*)talk->text > (void*)(long)frame->data_end) return XDP_DROP;
  const struct tcphdr asked = talk->tcp;
  const int length = transport_length(data, is_v6) - asked.doff * 4;
  if (asked.rst || !asked.ack || asked.doff < 5 || length < 0) return XDP_DROP;
  const __u32 first = first_number(data, is_v6, service_hash, asked.source);
  const struct question question =
      read_question(talk, asked, first, length, (void*)(long)frame->data_end);
  const bool is_ours = question.heard <= 2 * SPEECH_BYTES;
  struct statement answer = {.is_sent = true, .resets = true, .speech = -1};
  if (is_ours) answer = answer_of(service_of(service_hash), question);
  if (!answer.is_sent) return XDP_DROP;

  /* A frame has room before it, but it may have none behind it. */
  if (resize(frame, header + sizeof talk->tcp)) return XDP_DROP;
  if (bpf_xdp_adjust_head(frame, -SPEECH_BYTES)) return XDP_DROP;
  data = (void*)(long)frame->data;
  const void* end = (void*)(long)frame->data_end;
  talk = data + header;
  if ((void*)(talk + 1) > end) return XDP_ABORTED;
  __builtin_memcpy(data, data + SPEECH_BYTES, header);
  __u64 sum = sum_addresses(data, is_v6) + write_speech(talk, end, answer.speech, service_hash);
  int size = sizeof talk->tcp;
  if (answer.speech >= 0 && answer.speech < SPEECHES) size += speeches[answer.speech].length;
  talk->tcp = (struct tcphdr){
      .source = asked.dest,
      .dest = asked.source,
      .seq = answer.resets ? asked.ack_seq : bpf_htonl(first + 1 + answer.at),
      .ack_seq = bpf_htonl(bpf_ntohl(asked.seq) + question.length + question.ends),
      .window = bpf_htons(answer.resets ? 0 : 64240),
      .ack = 1};
  talk->tcp.doff = sizeof talk->tcp / 4;
  talk->tcp.rst = answer.resets;
  talk->tcp.fin = answer.ends;
  talk->tcp.psh = answer.speech >= 0;
  sum += bpf_htons(IPPROTO_TCP) + bpf_htons(size);
  talk->tcp.check = checksum(sum_words(talk, sizeof talk->tcp, sum));
  turn_back(data, is_v6, size);
  bpf_xdp_adjust_tail(frame, size - (int)sizeof *talk);
  return send_back(frame);
}

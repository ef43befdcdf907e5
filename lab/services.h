/* What the services of the simulated network say: the XDP program says it, lab_truth knows it.
 * Common subset of C and C++.
 *
 * Which service an open TCP port has is decided by truth_service of sim/truth.h, which is also the
 * name in its words: no two ports say the same. */
#pragma once

#include "sim/truth.h"

enum service {
  SERVICE_WEB,       /* answers a request with a page, and closes */
  SERVICE_SHELL,     /* greets as SSH does, and closes when it is told anything then */
  SERVICE_FILES,     /* greets as FTP does, answers the first request, and closes at the second */
  SERVICE_RESETTING, /* answers what it is told with a RST */
  SERVICE_SILENT     /* accepts, and says nothing */
};

/* Of 100 ports, 40 are WEB, and so on. */
static inline enum service service_of(uint64_t hash) {
  const uint64_t share = hash % 100;
  if (share < 40) return SERVICE_WEB;
  if (share < 65) return SERVICE_SHELL;
  if (share < 90) return SERVICE_FILES;
  return share < 97 ? SERVICE_RESETTING : SERVICE_SILENT;
}

#define SPEECH_BYTES 160
#define NAME_DIGITS 16

/* A text of `length` bytes, with zeros behind it. The digits of the name stand in two places, which
 * may be the same. */
struct speech {
  char text[SPEECH_BYTES];
  uint16_t length;
  uint16_t name_at[2];
};

enum speech_number { SPEECH_PAGE, SPEECH_SHELL, SPEECH_FILES, SPEECH_REFUSAL, SPEECHES };

#define SPEECH_DIGITS "0123456789abcdef"
#define PAGE_BEGIN "HTTP/1.1 200 OK\r\nServer: sim_"
#define PAGE_MIDDLE "\r\nContent-Length: 43\r\n\r\n<html><title>sim_"
#define PAGE_END "</title>\r\n"
#define SHELL_BEGIN "SSH-2.0-sim_"
#define SHELL_END "\r\n"
#define FILES_BEGIN "220 sim_"
#define FILES_END " FTP server ready\r\n"
#define REFUSAL_BEGIN "530 sim_"
#define REFUSAL_END " wants a login first\r\n"
#define LENGTH_OF(text) (sizeof(text) - 1)
#define SPEECH_OF(begin, end)                                                     \
  {                                                                               \
    begin SPEECH_DIGITS end, LENGTH_OF(begin SPEECH_DIGITS end), {                \
      LENGTH_OF(begin), LENGTH_OF(begin)                                          \
    }                                                                             \
  }

static const struct speech speeches[SPEECHES] = {
    {PAGE_BEGIN SPEECH_DIGITS PAGE_MIDDLE SPEECH_DIGITS PAGE_END,
     LENGTH_OF(PAGE_BEGIN SPEECH_DIGITS PAGE_MIDDLE SPEECH_DIGITS PAGE_END),
     {LENGTH_OF(PAGE_BEGIN), LENGTH_OF(PAGE_BEGIN SPEECH_DIGITS PAGE_MIDDLE)}},
    SPEECH_OF(SHELL_BEGIN, SHELL_END),
    SPEECH_OF(FILES_BEGIN, FILES_END),
    SPEECH_OF(REFUSAL_BEGIN, REFUSAL_END)};

/* Writes the digits of a name. */
static inline void write_name(uint64_t hash, char* digits) {
  for (int i = 0; i < NAME_DIGITS; ++i) digits[i] = SPEECH_DIGITS[hash >> (60 - 4 * i) & 15];
}

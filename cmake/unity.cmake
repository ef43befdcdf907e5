# Unity builds (-DCMAKE_UNITY_BUILD=ON) compile a folder as one file, in a fraction of the time. So
# an unnamed namespace has no name that another file of the folder has in its own. Files in which
# the same name is the right one are compiled alone; the compiler says which: "redefinition of ...".
function(compiled_alone folder)
  list(TRANSFORM ARGN PREPEND ${CMAKE_SOURCE_DIR}/src/${folder}/)
  file(GLOB files ${ARGN})
  set_source_files_properties(${files} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

compiled_alone(base file_test.cc)
compiled_alone(wire tcp.cc)
compiled_alone(nic libpcap_queue.cc pcap_queue.cc packet_filter_test.cc xdp_*_test.cc)
compiled_alone(host route_map_test.cc)
compiled_alone(targets target_parser.cc probe_space_test.cc)
compiled_alone(report column.cc html.cc input.cc interactive.cc metrics.cc nmap_merge.cc nmap_xml.cc
                      read_entries.cc series.cc show.cc status_line.cc tally.cc
                      document_test.cc faults_test.cc grepable_test.cc html_test.cc nmap_xml_test.cc
                      read_entries_test.cc series_test.cc show_test.cc small_formats_test.cc
                      status_line_test.cc xml_test.cc)
compiled_alone(probe recogniser_test.cc source_set_test.cc stamp_batch_test.cc tcp_stamper_test.cc)
compiled_alone(scan control_socket.cc metrics_server.cc rate_finder.cc scan.cc
                    rate_finder_test.cc rate_check_test.cc)
compiled_alone(cli canonical.cc check.cc nmap_help.cc option_*.cc value.cc
                   matrix_test.cc run_test.cc)

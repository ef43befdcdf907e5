# bpf_skeleton(<target> <folder>/<name>.bpf.c)
#
# Compiles a BPF program and embeds it in the target, which includes it as "<folder>/<name>.skel.h"
# and loads it with the functions of the struct <name>_bpf there.
find_program(BPF_CLANG NAMES clang-19 clang REQUIRED)
find_program(BPFTOOL bpftool PATHS /usr/sbin REQUIRED)

function(bpf_skeleton target source)
  get_filename_component(folder ${source} DIRECTORY)
  get_filename_component(name ${source} NAME_WE)
  set(generated ${CMAKE_BINARY_DIR}/generated)
  set(stem ${generated}/${folder}/${name})
  file(MAKE_DIRECTORY ${generated}/${folder})
  add_custom_command(OUTPUT ${stem}.bpf.o
    COMMAND ${BPF_CLANG} -O2 -g -Wall -Wextra -Werror -target bpf -MD -MF ${stem}.d
            -I/usr/include/${CMAKE_LIBRARY_ARCHITECTURE} -I${CMAKE_SOURCE_DIR}/src
            -c ${CMAKE_SOURCE_DIR}/${source} -o ${stem}.bpf.o
    DEPENDS ${CMAKE_SOURCE_DIR}/${source} DEPFILE ${stem}.d)
  add_custom_command(OUTPUT ${stem}.skel.h
    COMMAND ${BPFTOOL} gen skeleton ${stem}.bpf.o name ${name}_bpf > ${stem}.skel.h
    DEPENDS ${stem}.bpf.o)
  target_sources(${target} PRIVATE ${stem}.skel.h)
  target_include_directories(${target} SYSTEM PRIVATE ${generated})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE PkgConfig::bpf)
endfunction()

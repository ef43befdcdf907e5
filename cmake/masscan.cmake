# What most files begin with, compiled once: it takes longer than most files themselves. Every file
# names what it uses all the same; -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON shows whether it does.
add_library(common_headers OBJECT ${CMAKE_SOURCE_DIR}/cmake/headers.cc)
target_link_libraries(common_headers PRIVATE fmt::fmt)
target_precompile_headers(common_headers PRIVATE
  <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <span> <string>
  <string_view> <utility> <variant> <vector> <fmt/format.h>)

if(MASSCAN_TESTS)
  find_package(GTest REQUIRED)
  find_library(RAPIDCHECK rapidcheck REQUIRED)

  add_library(test_headers OBJECT ${CMAKE_SOURCE_DIR}/cmake/headers.cc)
  target_link_libraries(test_headers PRIVATE GTest::gmock fmt::fmt)
  target_precompile_headers(test_headers PRIVATE
    <fmt/format.h> <gmock/gmock.h> <gtest/gtest.h> <rapidcheck/gtest.h>)

  # What masscan printed and sent (tests/golden/README.md), unpacked where tests read it.
  set(golden ${CMAKE_BINARY_DIR}/golden)
  set(golden_archive ${CMAKE_SOURCE_DIR}/tests/golden/golden.tar.xz)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${golden_archive})
  if(${golden_archive} IS_NEWER_THAN ${golden})
    file(REMOVE_RECURSE ${golden})
    file(ARCHIVE_EXTRACT INPUT ${golden_archive} DESTINATION ${golden} TOUCH)
  endif()
endif()

# masscan_test(<name> SOURCES <file>... USES <library>... [PROPERTIES <property> <value>...])
#
# A program is two tests of ctest, each with every other one of its own: to start one costs as much
# as most tests. They compute, and yield to tests of whole programs, which wait for moments.
function(masscan_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;PROPERTIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  keep_namesakes_apart(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_USES} GTest::gmock GTest::gtest_main ${RAPIDCHECK})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_precompile_headers(${name} REUSE_FROM test_headers)
  target_compile_definitions(${name} PRIVATE
    MASSCAN_GOLDEN_DIR="${golden}"
    MASSCAN_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  foreach(part 0 1)
    add_test(NAME ${name}.${part} COMMAND nice $<TARGET_FILE:${name}>)
    set_tests_properties(${name}.${part} PROPERTIES
      ENVIRONMENT "GTEST_TOTAL_SHARDS=2;GTEST_SHARD_INDEX=${part}"
      TIMEOUT 600 COST 50 ${ARG_PROPERTIES})
  endforeach()
endfunction()

# masscan_library(<folder> [USES <folder>...] [BPF <program>...] [LINK <library>...])
#
# One folder of src/, with its sub-folders, as a static library: every .cc but the tests. Its tests,
# *_test.cc beside their subjects, become one program <folder>_test. Programs of bpf/ are embedded.
function(masscan_library folder)
  cmake_parse_arguments(ARG "" "" "USES;BPF;LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${folder}/*.cc
       ${CMAKE_SOURCE_DIR}/src/${folder}/*/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  if(sources)
    add_library(${folder} STATIC ${sources})
    keep_namesakes_apart(${folder} ${sources})
    target_include_directories(${folder} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${folder} PUBLIC ${ARG_USES} ${ARG_LINK})
    target_precompile_headers(${folder} REUSE_FROM common_headers)
  else()
    add_library(${folder} INTERFACE)
    target_include_directories(${folder} INTERFACE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${folder} INTERFACE ${ARG_USES} ${ARG_LINK})
  endif()
  foreach(program ${ARG_BPF})
    bpf_skeleton(${folder} bpf/${program}.bpf.c)
  endforeach()
  if(MASSCAN_TESTS AND tests)
    masscan_test(${folder}_test SOURCES ${tests} USES ${folder})
  endif()
endfunction()

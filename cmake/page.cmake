# page_header(<target> <folder of src/> <script>...)
#
# Makes one page of <folder>/page.html, its style.css and its scripts, in this order, and embeds it
# in the target, which includes it as "<folder>/page_text.h": what stands before @INFO@, between
# that and @ENTRIES@, and behind. The page's policy names its style and script by their SHA-256, so
# that a browser runs these and nothing else.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  function(page_header target folder)
    set(source ${CMAKE_SOURCE_DIR}/src/${folder})
    set(header ${CMAKE_BINARY_DIR}/generated/${folder}/page_text.h)
    list(TRANSFORM ARGN PREPEND ${source}/ OUTPUT_VARIABLE scripts)
    set(maker ${CMAKE_CURRENT_FUNCTION_LIST_FILE})
    add_custom_command(OUTPUT ${header} VERBATIM
      COMMAND ${CMAKE_COMMAND} "-DFOLDER=${source}" "-DSCRIPTS=${scripts}" "-DHEADER=${header}"
              -P ${maker}
      DEPENDS ${maker} ${source}/page.html ${source}/style.css ${scripts})
    target_sources(${target} PRIVATE ${header})
    target_include_directories(${target} SYSTEM PRIVATE ${CMAKE_BINARY_DIR}/generated)
  endfunction()
  return()
endif()

# Of the 64 hexadecimal digits of a SHA-256, as policies have it: base64.
function(sha256_base64 text result)
  set(digits "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  string(SHA256 hash "${text}")
  string(REGEX MATCHALL "......" groups "${hash}00")
  set(base64 "")
  foreach(group ${groups})
    foreach(shift 18 12 6 0)
      math(EXPR digit "(0x${group} >> ${shift}) & 63")
      string(SUBSTRING ${digits} ${digit} 1 letter)
      string(APPEND base64 ${letter})
    endforeach()
  endforeach()
  string(REGEX REPLACE ".$" "=" base64 ${base64})
  set(${result} ${base64} PARENT_SCOPE)
endfunction()

file(READ ${FOLDER}/page.html page)
file(READ ${FOLDER}/style.css style)
set(script "")
foreach(file ${SCRIPTS})
  file(READ ${file} text)
  string(APPEND script "${text}")
endforeach()
sha256_base64("${style}" style_sha256)
sha256_base64("${script}" script_sha256)
string(REPLACE "@STYLE_SHA256@" "${style_sha256}" page "${page}")
string(REPLACE "@SCRIPT_SHA256@" "${script_sha256}" page "${page}")
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(REPLACE "@SCRIPT@" "${script}" page "${page}")
string(REPLACE "@INFO@" ")page\";\nconstexpr std::string_view kBetween = R\"page(" page "${page}")
string(REPLACE "@ENTRIES@" ")page\";\nconstexpr std::string_view kBehind = R\"page(" page "${page}")
file(WRITE ${HEADER} "#pragma once
#include <string_view>

constexpr std::string_view kBefore = R\"page(${page})page\";
")

# `cmake --install`: the program, and its manual page and completions, which it prints itself.
include(GNUInstallDirs)

install(TARGETS masscan RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# masscan_printed(<file> <folder> <option>...): what the program prints, as a file of the package.
function(masscan_printed file folder)
  set(path ${CMAKE_BINARY_DIR}/printed/${file})
  add_custom_command(OUTPUT ${path} DEPENDS masscan VERBATIM
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/printed
    COMMAND masscan ${ARGN} > ${path})
  set_property(TARGET printed APPEND PROPERTY SOURCES ${path})
  install(FILES ${path} DESTINATION ${folder})
endfunction()

add_custom_target(printed ALL)
set(shells ${CMAKE_INSTALL_DATADIR})
masscan_printed(masscan.8 ${CMAKE_INSTALL_MANDIR}/man8 --manual)
masscan_printed(masscan ${shells}/bash-completion/completions --completion bash)
masscan_printed(_masscan ${shells}/zsh/site-functions --completion zsh)
masscan_printed(masscan.fish ${shells}/fish/vendor_completions.d --completion fish)

// Nothing but a place for the headers that many files share; see cmake/masscan.cmake.

daemonize = false
run_as_root = true
interfaces = { "0.0.0.0" }
modules_disabled = { "s2s" }
log = "*console"
data_path = "/run/prosody"
pidfile = "/run/prosody.pid"
VirtualHost "10.90.1.1"

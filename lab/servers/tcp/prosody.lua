daemonize = false
user = "prosody"
interfaces = { "0.0.0.0" }
modules_disabled = { "s2s" }
log = "*console"
data_path = "/run/prosody"
pidfile = "/run/prosody.pid"
VirtualHost "lab.example"

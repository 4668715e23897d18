package main

// unit is a service for systemd, and its socket, that an operator can start from.
const unit = `# /etc/systemd/system/postern.socket
[Unit]
Description=A blog over SSH: its port

[Socket]
ListenStream=22
Backlog=1024
NoDelay=true

[Install]
WantedBy=sockets.target

# /etc/systemd/system/postern.service
[Unit]
Description=A blog over SSH
Requires=postern.socket
After=postern.socket

[Service]
Type=notify
ExecStart=/usr/local/bin/postern serve --posts /var/lib/postern/posts --keys /var/lib/postern/keys
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
TimeoutStopSec=15
DynamicUser=yes
StateDirectory=postern postern/posts postern/keys
StateDirectoryMode=0700
MemoryMax=512M
TasksMax=256
LimitNOFILE=65536
CapabilityBoundingSet=
AmbientCapabilities=
NoNewPrivileges=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
PrivateDevices=yes
PrivateTmp=yes
PrivateUsers=yes
ProcSubset=pid
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service landlock_create_ruleset landlock_add_rule landlock_restrict_self
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
UMask=0077

[Install]
WantedBy=multi-user.target
`

#!/usr/bin/env bash
# bridged_network.sh COMMAND…: runs a command in a namespace that is a router, as Docker's host is one with a bridge. Behind it
# is the namespace "container" (172.30.0.2), whose port 8080 it forwards from its own port 9000; before it the namespace
# "client" (192.168.77.2), which reaches the router (192.168.77.1) alone. It needs no root: unshare, ip and nft.
set -euo pipefail
if [ "${1:-}" != --inside ]; then
    PATH=$PATH:/usr/sbin:/sbin exec unshare --user --map-root-user --net --mount "$0" --inside "$@"
fi
shift
mount -t tmpfs tmpfs /run
sysctl -qw net.ipv4.ip_forward=1
connect() { # connect NAMESPACE ROUTER ADDRESS
    ip netns add "$1"
    ip -n "$1" link set lo up
    ip link add "to-$1" type veth peer name eth0 netns "$1"
    ip addr add "$2/24" dev "to-$1"
    ip link set "to-$1" up
    ip -n "$1" addr add "$3/24" dev eth0
    ip -n "$1" link set eth0 up
    ip -n "$1" route add default via "$2"
}
ip link set lo up
connect container 172.30.0.1 172.30.0.2
connect client 192.168.77.1 192.168.77.2
nft -f - <<'EOR'
table ip docker {
    chain closed {
        type filter hook prerouting priority raw;
        iifname "to-client" ip daddr 172.30.0.0/24 drop
    }
    chain published {
        type nat hook prerouting priority dstnat;
        iifname "to-client" tcp dport 9000 dnat to 172.30.0.2:8080
        iifname "to-client" udp dport 9000 dnat to 172.30.0.2:8080
    }
    chain outgoing {
        type nat hook postrouting priority srcnat;
        ip saddr 172.30.0.0/24 oifname != "to-container" masquerade
    }
}
EOR
exec "$@"

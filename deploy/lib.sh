# Real counterparties for scripts of this folder: a PostgreSQL, an SSH server, anything that takes a free port.
#
# To be sourced by bash. All lies in one temporary directory and listens on loopback or a local socket only; when the
# script ends, however it ends, every process started here is ended and the directory removed. With SEPAD_KEEP=1 the
# directory stays, for a look at the logs.
# shellcheck shell=bash

set -euo pipefail

repository=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034 # for the scripts that source this
readonly repository

scratch=
child_names=()
child_ids=()
child_signals=()

say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }

# die MESSAGE [HINT]
die() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  [ $# -lt 2 ] || printf 'HINT: %s\n' "$2" >&2
  exit 1
}

# need PROGRAM…
need() {
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null ||
      die "program: in PATH: found no $program, expected it" "run deploy/install-packages"
  done
}

# Makes $scratch, the directory of this run. Others may pass through it: PostgreSQL runs as another user under root.
open_scratch() {
  scratch=$(mktemp -d -- "${TMPDIR:-/tmp}/sepad.XXXXXX")
  chmod 711 "$scratch"
  trap close_scratch EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# Last started, first ended: the database goes when nobody needs it any more.
close_scratch() {
  local index
  for ((index = ${#child_ids[@]} - 1; index >= 0; index--)); do
    end_child "$index"
  done
  if [ "${SEPAD_KEEP:-}" = 1 ]; then
    printf 'kept: %s\n' "$scratch" >&2
  else
    rm -rf -- "$scratch"
  fi
}

end_child() { # INDEX
  local id=${child_ids[$1]} tries
  [ -n "$id" ] || return 0
  child_ids[$1]=
  kill -"${child_signals[$1]}" -- "$id" 2>/dev/null || true
  for ((tries = 0; tries < 100; tries++)); do
    is_alive "$id" || break
    sleep 0.05
  done
  # the whole group: what it started goes with it
  kill -KILL -- "-$id" 2>/dev/null || true
  while is_alive "$id"; do sleep 0.05; done
}

is_alive() { # PROCESS_ID: a zombie, ended but not waited for yet, is not
  local state
  # proc(5): the state follows the name, which is in parentheses and may hold anything
  state=$(sed 's/.*) \(.\).*/\1/' "/proc/$1/stat" 2>/dev/null) || return 1
  [ "$state" != Z ]
}

# background NAME PROGRAM [ARGUMENT…]: starts it in a group of its own, with its outputs in $scratch/NAME.log.
# A name can be started again after end_background.
background() {
  local name=$1
  shift
  setsid -- "$@" </dev/null >>"$scratch/$name.log" 2>&1 &
  child_names+=("$name")
  child_ids+=("$!")
  # bash would report the end of its job in the midst of the script's own words
  disown "$!"
  child_signals+=(TERM)
}

# end_background NAME [SIGNAL]: ends it now; KILL is a crash.
end_background() {
  local index
  for index in "${!child_names[@]}"; do
    [ "${child_names[$index]}" = "$1" ] || continue
    [ $# -lt 2 ] || child_signals[index]=$2
    end_child "$index"
  done
}

# is_running NAME
is_running() {
  local index
  for index in "${!child_names[@]}"; do
    if [ "${child_names[$index]}" = "$1" ] && [ -n "${child_ids[$index]}" ] && is_alive "${child_ids[$index]}"; then
      return 0
    fi
  done
  return 1
}

# wait_until SECONDS WHAT COMMAND…: until the command succeeds; when it never does, shows the logs' ends and ends the script.
wait_until() {
  local deadline=$((SECONDS + $1)) what=$2 log
  shift 2
  until "$@" >/dev/null 2>&1; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      for log in "$scratch"/*.log; do
        [ ! -e "$log" ] || { printf -- '--- %s\n' "$log"; tail -n 15 -- "$log"; } >&2
      done
      die "$what: in time: found not, expected it by now" "SEPAD_KEEP=1 keeps the logs"
    fi
    sleep 0.1
  done
}

# start_with_port NAME PROGRAM [ARGUMENT…]: for programs that pick a free port and write it to --port-file FILE.
# Leaves the port in $port.
start_with_port() {
  local name=$1
  shift
  local file=$scratch/$name.port
  rm -f -- "$file"
  background "$name" "$@" --port-file "$file"
  wait_until 20 "$name listens" test -s "$file"
  # shellcheck disable=SC2034 # for the caller
  port=$(<"$file")
}

# Leaves a port in $port that was free a moment ago; whoever starts on it must see whether it still was.
pick_port() {
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
}

# start_postgres: a fresh server with an empty database `sepad`, on a local socket only. Leaves $database_url.
start_postgres() {
  local bin folder=$scratch/postgres
  local as=()
  bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  [ -n "$bin" ] || die "PostgreSQL: in /usr/lib/postgresql: found none, expected one" "run deploy/install-packages"
  mkdir -p -- "$folder"
  if [ "$(id -u)" -eq 0 ]; then
    # It refuses root. setpriv becomes the server instead of waiting for it, so that signals reach the right process.
    as=(setpriv --reuid=postgres --regid=postgres --clear-groups env -C "$folder" "HOME=$folder")
    chown postgres: "$folder"
  fi
  "${as[@]}" "$bin/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
    >"$scratch/initdb.log" 2>&1 || die "initdb: succeeds: found $(tail -n 1 "$scratch/initdb.log"), expected a database"
  background postgres "${as[@]}" "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c timezone=UTC
  # INT is PostgreSQL's fast shutdown: it does not wait for clients.
  child_signals[-1]=INT
  wait_until 30 "PostgreSQL answers" "$bin/pg_isready" --host="$folder" --username=postgres
  "$bin/createdb" --host="$folder" --username=postgres sepad
  # shellcheck disable=SC2034 # for the caller
  database_url="postgresql://postgres@/sepad?host=$folder"
}

# start_sshd: an SFTP server for the current user, with keys of its own; no chroot, so paths are those of this machine.
# Leaves $sftp_port, $sftp_user, $sftp_key (a file), $sftp_known_hosts (a file) and $sftp_host_key_sha256 (base64).
start_sshd() {
  local folder=$scratch/sshd
  need ssh-keygen
  [ -x /usr/sbin/sshd ] || die "sshd: installed: found none, expected /usr/sbin/sshd" "run deploy/install-packages"
  mkdir -p -- "$folder"
  [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
  ssh-keygen -q -t ed25519 -N '' -C host -f "$folder/host"
  ssh-keygen -q -t ed25519 -N '' -C client -f "$folder/client"
  pick_port
  sftp_port=$port
  cat >"$folder/config" <<CONFIG
ListenAddress 127.0.0.1
Port $sftp_port
HostKey $folder/host
AuthorizedKeysFile $folder/client.pub
PidFile none
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp internal-sftp
ForceCommand internal-sftp
CONFIG
  background sshd /usr/sbin/sshd -D -e -f "$folder/config"
  wait_until 20 "sshd answers" ssh-keyscan -T 1 -t ed25519 -p "$sftp_port" 127.0.0.1
  is_running sshd || die "sshd: listens on $sftp_port: found another program there, expected ours"
  # shellcheck disable=SC2034 # for the caller
  sftp_user=$(id -un) sftp_key=$folder/client sftp_known_hosts=$folder/known_hosts
  printf '[127.0.0.1]:%s %s\n' "$sftp_port" "$(cut -d ' ' -f 1,2 "$folder/host.pub")" >"$sftp_known_hosts"
  # shellcheck disable=SC2034
  sftp_host_key_sha256=$(ssh-keygen -l -E sha256 -f "$folder/host.pub" | sed 's/^[0-9]* SHA256:\([^ ]*\).*/\1/')
}

# make_certificate NAME: a key and its own certificate, $scratch/NAME.key and $scratch/NAME.pem, for a signature or TLS.
make_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 60 -subj "/CN=$1" \
    -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' -keyout "$scratch/$1.key" -out "$scratch/$1.pem" 2>/dev/null
  chmod 400 "$scratch/$1.key"
}

# set_clock FILE INSTANT: moves a sandbox's clock; a reader sees the old instant or the new one, never half of it.
set_clock() {
  printf '%s\n' "$2" >"$1.new"
  mv -f -- "$1.new" "$1"
}

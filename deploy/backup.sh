#!/bin/sh
# backup.sh STUDIES BACKUPS: copies the data of one study or of a folder of studies while they are served, with the keys
# without which nobody could be known again. With DATABASE_URL the whole database is dumped. The last KEEP (30) are kept.
# METAMER names the command, should it not be on the path.
set -eu
studies=${1:?give the folder of the studies}
backups=${2:?give the folder of the backups}
keep=${KEEP:-30}
umask 077
name=$(date -u +%Y-%m-%dT%H-%M-%SZ)
partial="$backups/.$name.partial"
mkdir -p "$partial"
trap 'rm -rf "$partial"' EXIT

copy_study() {
  # $1: the study's folder; $2: its place in the backup. Sounds and settings, but not the database itself.
  mkdir -p "$2"
  tar -C "$1" --exclude='data.sqlite*' --exclude='*.partial' -cf - . | tar -C "$2" -xf -
  if [ -z "${DATABASE_URL:-}" ] && [ -e "$1/data.sqlite" ]; then
    ${METAMER:-metamer} backup "$1" --out "$2/data.sqlite" >/dev/null
  fi
}

if [ -e "$studies/study.json" ]; then
  copy_study "$studies" "$partial/study"
else
  for file in admin.json secret.key; do
    if [ -e "$studies/$file" ]; then cp -p "$studies/$file" "$partial/"; fi
  done
  for study in "$studies"/*/study.json; do
    folder=$(dirname "$study")
    copy_study "$folder" "$partial/$(basename "$folder")"
  done
fi
if [ -n "${DATABASE_URL:-}" ]; then pg_dump --format=custom --file="$partial/database.dump" "$DATABASE_URL"; fi
mv "$partial" "$backups/$name"
echo "$backups/$name"

# Names sort by time. Erased participants are gone from the backups, too, once these are older than the oldest kept.
find "$backups" -mindepth 1 -maxdepth 1 -type d -name '20*Z' | sort | head -n "-$keep" |
  while read -r old; do rm -rf "$old"; done

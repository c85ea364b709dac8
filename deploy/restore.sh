#!/bin/sh
# restore.sh BACKUP STUDIES: puts a backup into a new folder, and with DATABASE_URL into an empty database. Stop the server
# before, and start it with the new folder afterwards.
set -eu
backup=${1:?give one of the backups}
studies=${2:?give the folder to restore to}
umask 077
if [ -e "$studies" ] && [ -n "$(ls -A "$studies")" ]; then
  echo "restore.sh: $studies must be empty or not exist, it holds something; give another folder" >&2
  exit 2
fi
if [ -e "$backup/database.dump" ] && [ -z "${DATABASE_URL:-}" ]; then
  echo "restore.sh: $backup holds a PostgreSQL dump; set DATABASE_URL to an empty database" >&2
  exit 2
fi
mkdir -p "$studies"
if [ -e "$backup/study/study.json" ]; then from="$backup/study"; else from="$backup"; fi
tar -C "$from" --exclude='./database.dump' -cf - . | tar -C "$studies" -xf -
if [ -e "$backup/database.dump" ]; then
  pg_restore --exit-on-error --no-owner --dbname="$DATABASE_URL" "$backup/database.dump"
fi
echo "$studies"

#!/bin/bash
# Small networks trained with and without perturbations, metamers of them, and who recognizes these; from a built checkout.
# Low priority, about an hour on two idle cores; run again it goes on. PACK: recordings as for metamer corpus --audio.
#   bash docs/experiments/robust-training/run.sh OUT PACK
set -eu
configs=$(realpath docs/experiments/robust-training)
main=$(realpath dist/src/cli/main.js)
tsx=$(realpath node_modules/tsx/dist/loader.mjs)
pack=$(realpath "${2:?give a pack of recordings}")
mkdir -p "${1:?give a folder for the results}" && cd "$1"
metamer() { nice -n 19 node "$main" "$@"; }
[ -f begun-corpus/corpus.json ] || metamer corpus --size tiny --out begun-corpus
[ -f corpus/corpus.json ] || metamer corpus --size tiny --audio "$pack" --out corpus
# Synthetic voices first: with real talkers alone the network learned nothing in 1,100 steps.
metamer train --config "$configs/begun.json" --out begun
metamer train --config "$configs/standard.json" --out standard
train() { # name, flags of the perturbation
  sed "s/\"continued\"/\"$1\"/" "$configs/continued.json" > "$1.json"
  metamer train --config "$1.json" --out "$1" "${@:2}"
}
train none
train random --perturbation random --perturbation-space cochleagram --perturbation-radius 0.5
train adversarial --perturbation adversarial --perturbation-space cochleagram \
  --perturbation-radius 0.5 --perturbation-step-size 0.25
nice -n 19 node --import "$tsx" "$configs/attack.ts" . > attack.txt
mkdir -p clips
node -e '
const { readFileSync } = require("node:fs");
const entries = readFileSync("corpus/manifest.jsonl", "utf8").trim().split("\n").map(JSON.parse);
for (const word of ["down", "go", "left", "off", "on", "right"]) {
  const of = (e) => e.split === "test" && e.source === "speech-commands" && e.word === word;
  const { shard, start, end, wordStart, wordEnd } = entries.find(of);
  console.log(word, shard, start, end, Math.max(0, Math.round(1000 - (wordStart + wordEnd) / 40)));
}' | while read -r word shard start end delay; do
  ffmpeg -nostdin -v error -y -i "corpus/$shard" \
    -af "atrim=start_sample=$start:end_sample=$end,asetpts=PTS-STARTPTS,adelay=$delay,apad=whole_len=40000" "clips/$word.wav"
done
for name in none random adversarial; do
  metamer synthesize clips/*.wav --stage avgpool,final --model "$name" --null none --steps 300 --threads 1 \
    --out "metamers/$name" || [ $? = 1 ]
done
metamer cross metamers/*/*/* --model branched-small,none,random,adversarial --json > cross.json
metamer cross metamers/*/*/* --model branched-small --figure cross.svg --overwrite

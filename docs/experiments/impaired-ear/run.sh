#!/bin/bash
# Recognition in noise and metamers through impaired ears, from a checkout that is built. A quarter of an hour on two idle cores.
#   bash docs/experiments/impaired-ear/run.sh OUT
set -eu
ears=docs/experiments/impaired-ear
out=${1:?give a folder for the results}
[ -d "$out/corpus" ] || npx metamer corpus --size tiny --out "$out/corpus"
evaluate() { # name, flags of the ear, earlier evaluations
  npx metamer evaluate --model branched-small --corpus "$out/corpus" --per-label 3 --snr-db=-6,0,6,12 \
    --out "$out/evaluations/$1" --overwrite ${2:+--ear "$2"} ${3:+--beside "$3"}
}
evaluate normal
beside="$out/evaluations/normal/evaluation.json"
for name in mild moderate severe louder broadened; do
  evaluate "$name" "$ears/$name.json" "$beside"
  beside="$beside,$out/evaluations/$name/evaluation.json"
done
for name in normal moderate; do
  ear=(); [ "$name" = normal ] || ear=(--ear "$ears/$name.json")
  # Without a null distribution of its ear a run cannot be tested against one; a failed run is an answer too.
  npx metamer synthesize speech-no --stage conv3 --model branched-small --null none --steps 120 \
    "${ear[@]}" --out "$out/metamers/$name" || [ $? = 1 ]
done

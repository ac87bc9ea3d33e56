#!/bin/bash
# A plan as a Slurm array: one task a shard. Fill in the two capitals, or let sed do it:
#
#   chokepoint plan FILE --out DIR                      # says how many shards; the last is LAST
#   sed -e "s|DIR|$PWD/DIR|" -e "s|LAST|41|" cluster/slurm-array.sh | sbatch
#   chokepoint status DIR                               # from files, never from the scheduler
#   chokepoint merge DIR
#
# A task that is preempted, or runs twice, does no harm: a shard is a pure function, and its part appears whole or
# not at all. To run what is missing, give --array the list that `chokepoint status` prints.
#SBATCH --job-name=chokepoint
#SBATCH --array=0-LAST%200
#SBATCH --cpus-per-task=1
#SBATCH --mem=1G
#SBATCH --time=00:15:00
#SBATCH --requeue
#SBATCH --output=DIR/slurm-%A_%a.log

set -euo pipefail
exec chokepoint run-shard --manifest "DIR/plan.json" --threads "${SLURM_CPUS_PER_TASK:-1}"

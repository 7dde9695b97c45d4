/** `baton demos`: learn which demonstrations to show. Declares its commands; each one's code is loaded when it is called. */
import { type Command, Option } from 'commander'

const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value]

/** An option whose values add up to a list, empty by default. */
function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect).default([], 'none')
}

export function addDemosCommands(program: Command): void {
  const demos = program.command('demos').description('learn which demonstrations to show a model with a question')
  demos
    .command('collect')
    .description('make candidate sequences of demonstrations and have the answering model judge them')
    .option(
      '-q, --questions <file>',
      'questions: VQA format, TextVQA, VizWiz, soft labels, or .jsonl (default: generated)',
    )
    .option('-a, --annotations <file>', 'their annotations, if in a separate file')
    .option('--pictures <folder>', 'folder with the pictures of the questions')
    .option('--generated <count>', 'generated picture questions, if no file is given', '3000')
    .option('-n, --queries <count>', 'questions to collect for (default: 1600 generated, all of a file)')
    .option('--pool-size <count>', 'demonstrations that a question may be shown', '64')
    .option('--sampler <name>', 'of pools: random, text-similar, image-similar, mixed')
    .option('--encoder <name>', 'ngrams, sentences or clip:<folder>', 'ngrams')
    .option('-e, --embeddings <file>', 'embeddings of the questions instead: .safetensors, .npy or .pt')
    .option('--shots <count>', 'demonstrations in a sequence', '2')
    .option('--sequences <count>', 'distinct sequences of each question', '12')
    .option('--similar <count>', 'of them drawn by similarity, after the most similar one', '5')
    .option('--infoscore-beams <count>', 'InfoScore beams of each question (vLLM or the simulator)', '0')
    .option('--reference-probability', 'also measure the probability of the reference answers (vLLM or the simulator)')
    .option('--selector <checkpoint>', 'a selector that also proposes: beams and samples')
    .option('--mine <rounds>', 'rounds of further sequences for questions without a right answer', '0')
    .option('--rejudge <file>', 'judge the sequences of this file again, instead of proposing; older layouts too')
    .option('--merge <file>', 'join with the sequences of this file, of the same profile and pools')
    .option('--balance <positives:negatives>', 'keep at most so many right and wrong sequences, e.g. 4:4')
    .option('--server <url>', 'answering model: an OpenAI-compatible server, with /v1', 'simulator')
    .option('--model <name>', 'its model; of the simulator: simulator, simulator-half, simulator-null', 'simulator')
    .option('--api-key-env <name>', 'environment variable that holds the key of the server')
    .option('--concurrency <count>', 'questions asked at once', '32')
    .option('--profile <file>', 'evaluation profile (YAML): the fields that differ from the default')
    .option('--seed <number>', 'seed of questions, pools and draws', '1')
    .option('-o, --out <folder>', 'folder of runs', 'runs')
    .option('-r, --resume <run>', 'continue a collection that was stopped; no answer is paid for twice')
    .addHelpText(
      'after',
      `
Examples:
  npx baton demos collect                                        generated questions, the offline simulator
  npx baton demos collect -q OpenEnded_train2014.json -a mscoco_train2014.json --pictures train2014 \\
    --server http://localhost:8000/v1 --model Qwen/Qwen2.5-VL-3B-Instruct --queries 800
  npx baton demos collect -q questions.jsonl --server http://localhost:8000/v1 --model my-model
  npx baton demos collect --selector runs/demonstrations-7f3a/selector.safetensors
  npx baton demos collect --resume runs/demos-collect-7f3a

docs/demonstrations-data.md describes the files.
Exit codes: 0 done, 2 wrong input, 3 the server failed for good (resumable), 130 interrupted (resumable).`,
    )
    .action(async (options, command: Command) =>
      (await import('./demos-collect-command.ts')).demosCollectCommand(
        options,
        Object.keys(options).filter((name) => command.getOptionValueSource(name) === 'cli'),
      ),
    )
  demos
    .command('train')
    .description(
      'train a selector: imitation of judged sequences, then GRPO; baton train with the preset demonstrations',
    )
    .option(
      '--collection <run>',
      'run folder of npx baton demos collect: its data, and the model that judges new sequences',
    )
    .addOption(repeated('-d, --data <file>', 'judged sequences (JSON) instead; may be repeated'))
    .option('-e, --embeddings <file>', 'embeddings of the index instead: .safetensors, .npy or .pt, with their ids')
    .option('--query-embeddings <file>', 'embeddings of the queries (default: they are in the index)')
    .option('--start <checkpoint>', 'selector to start from (default: a new one)')
    .option('--shots <count>', 'demonstrations that are picked (default: 2)')
    .option('-c, --config <file>', 'configuration file (YAML), over the preset')
    .addOption(repeated('-s, --set <key=value>', 'set one key, e.g. --set training.steps=200; may be repeated'))
    .option('-r, --resume <run>', 'continue a run from its newest valid checkpoint')
    .option('--dry-run', 'check configuration and data; train nothing')
    .option('--print-config', 'print the resolved configuration as YAML')
    .option('--accept-low-signal', 'train even when hardly any group is expected to carry signal')
    .option('--force', 'continue a run although its data have changed')
    .addHelpText(
      'after',
      `
Examples:
  npx baton demos train --collection runs/demos-collect-7f3a
  npx baton demos train --collection runs/demos-collect-7f3a --set training.rollouts=collected
  npx baton demos train --data sequences.json --embeddings clip.safetensors
  npx baton demos train -d sequences.json -e clip.safetensors --set training.steps=0 --set training.imitation.weighting=best
  npx baton demos train -d sequences.json -e clip.safetensors --set policy.pointer.queryUpdate=gate
  npx baton demos train --collection runs/demos-collect-7f3a --start runs/demonstrations-7f3a/selector.safetensors
  npx baton demos train --resume runs/demonstrations-7f3a

docs/demonstrations-selector.md describes the files; docs/config.md lists the keys.
Exit codes: 0 done, 2 wrong input, 3 a service failed for good (resumable), 4 stopped by a rule or budget, 130 interrupted (checkpointed).`,
    )
    .action(async (options) => (await import('./demos-train-command.ts')).demosTrainCommand(options))
  demos
    .command('eval')
    .description(
      'measure a selector beside its baselines on held-out questions, or score the predictions of another system',
    )
    .option('-q, --questions <file>', 'held-out questions: VQA format, soft labels, or JSON lines (default: generated)')
    .option('-a, --annotations <file>', 'their annotations, if in a separate file')
    .option('--pictures <folder>', 'their pictures')
    .option('--index <file>', 'questions that demonstrations are taken from')
    .option(
      '--generated <count>',
      'generated questions that demonstrations are taken from, if no file is given',
      '3000',
    )
    .option('--index-annotations <file>', 'annotations of the index')
    .option('--index-pictures <folder>', 'pictures of the index')
    .option('-e, --embeddings <file>', 'embeddings of the index instead: .safetensors, .npy or .pt')
    .option('--encoder <name>', 'ngrams, sentences or clip:<folder>', 'ngrams')
    .option('--query-embeddings <file>', 'embeddings of the questions (default: they are in the index file)')
    .option('--selector <checkpoint>', 'selector to measure (default: only the baselines)')
    .option('--collected <file>', 'judged sequences of the questions: their pools and the oracle')
    .option('--predictions <file>', 'score these instead of asking: [{"question_id": ..., "answer": "..."}]')
    .option('--normalisation <profile>', 'of --predictions: exact, official, always, okvqa-stemmed', 'official')
    .option('--shots <list>', 'numbers of demonstrations', '1,2,3,4')
    .option(
      '--prefixes <list>',
      'report the first N questions separately, and the segments between them',
      '100,200,400,800',
    )
    .option('--pool-size <count>', 'demonstrations that a question may be shown', '64')
    .option('--sampler <name>', 'of the pools: random, text-similar, image-similar, mixed', 'mixed')
    .option('-n, --limit <count>', 'at most this many questions')
    .option('--seed <number>', 'of pools, random demonstrations and generated questions', '1')
    .option('--server <url>', 'answering model: an OpenAI-compatible server, with /v1', 'simulator')
    .option('--model <name>', 'its model; of the simulator: simulator (default), simulator-half, simulator-null')
    .option('--api-key-env <name>', 'environment variable that holds the key of the server')
    .option('--concurrency <count>', 'questions asked at once', '32')
    .option('--profile <file>', 'evaluation profile (JSON or YAML)')
    .option('-o, --out <folder>', 'folder of runs', 'runs')
    .option('--name <name>', 'name of the run')
    .option('-r, --resume <run>', 'continue an evaluation: answered questions are not asked again')
    .addHelpText(
      'after',
      `
Examples:
  npx baton demos eval                                                       the baselines on generated questions
  npx baton demos eval --selector runs/demonstrations-7f3a/selector.safetensors --shots 2
  npx baton demos eval -q val_questions.json -a val_annotations.json --pictures val2014 \\
    --index train_questions.json --index-annotations train_annotations.json --index-pictures train2014 \\
    --server http://localhost:8000/v1 --model Qwen/Qwen2.5-VL-3B-Instruct
  npx baton demos eval -q labels-val.json --predictions predictions.json --normalisation exact

Two evaluations are compared with: npx baton compare <run> <run>`,
    )
    .action(async (options) => (await import('./demos-eval-command.ts')).demosEvalCommand(options))
  demos
    .command('convert')
    .description('make a selector checkpoint of another layout, PyTorch files too, one of Baton; or the reverse')
    .argument('<input>', 'checkpoint: .safetensors, .pt or .ckpt')
    .argument('<output>', 'safetensors file to write')
    .option(
      '--to <layout>',
      'v3 (today), v2-single, v2-lightning, v2-lightning-single, v2-wrapped, v2-wrapped-single',
      'v3',
    )
    .option('--heads <count>', 'attention heads, where the file does not tell (default: 1)')
    .option('--temperature <number>', 'of the cosines, where the file does not tell (default: 0.1)')
    .option('--force', 'write over an existing file')
    .addHelpText(
      'after',
      `
Examples:
  npx baton demos convert rce_epoch5.pt selector.safetensors
  npx baton demos convert rce_epoch5_v2format.ckpt selector.safetensors --heads 1
  npx baton demos convert selector.safetensors old.safetensors --to v2-lightning`,
    )
    .action(async (input, output, options) =>
      (await import('./demos-convert-command.ts')).demosConvertCommand(input, output, options),
    )
}

/** The commands of `baton`. Each one's code is loaded when it is called, so that `--help` stays quick. */
import { Command, Option } from 'commander'
import { addCostCommand } from './cost/declaration.ts'
import { addDemosCommands } from './demos-command.ts'
import { addJudgeCommands } from './judge/declaration.ts'
import { addModelCommands } from './model/declaration.ts'
import { addRescoreCommand } from './rescore/declaration.ts'
import { addRewardsCommands } from './rewards/declaration.ts'
import { addScoreCommand } from './score/declaration.ts'
import { addShowCommand } from './show/declaration.ts'
import { version } from './version.ts'
import { addWorkflowCommands } from './workflow-command.ts'

const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value]

/** An option whose values add up to a list, empty by default. */
function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect).default([], 'none')
}

function configOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file (YAML); the training.yaml of older trainers is accepted too')
    .option(
      '-p, --preset <name>',
      'built-in configuration to start from: quickstart, tiny (default: quickstart without --config)',
    )
    .addOption(repeated('-s, --set <key=value>', 'set one key, e.g. --set training.steps=200; may be repeated'))
    .option('--llm-config <file>', 'servers of an older trainer (aflow_llm.yaml)')
    .option('--skip-bad-rows', 'skip and count malformed data rows instead of stopping')
}

/**
 * Every command with its options, help and examples.
 * @param prepare what the program is given before its commands, which take it over: another language of the help.
 */
export function buildProgram(prepare: (program: Command) => void = () => {}): Command {
  const program = new Command('npx baton')
    .description('Trains a small policy to conduct large models: GRPO against real executions and an LLM judge.')
    .version(version())
    .showHelpAfterError('(add --help for examples)')
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) })
    .addHelpText(
      'after',
      `
Examples:
  npx baton train                                 the embedded policy against the offline simulator
  npx baton train --config my.yaml --dry-run      what would be done with this file
  npx baton runs                                  all runs, with their state
  npx baton report runs/quickstart-7f3a --best 5  what its policy wrote
  npx baton workflow run "AnswerGenerate -> Review ? Revise : done" --problem "What is 6 * 7?"

Each command has examples of its own: npx baton train --help`,
    )
  prepare(program)

  configOptions(program.command('train'))
    .description('train a policy; ends with a report')
    .option('-r, --resume <run>', 'continue a run from its newest valid checkpoint')
    .option('--dry-run', 'check everything and show what would be done; train nothing')
    .option('--print-config', 'print every setting as YAML, to save as a file; train nothing')
    .option('--force', 'continue a run although its data have changed')
    .option('--accept-low-signal', 'train even when hardly any group is expected to carry signal')
    .option('--ui', 'show it on the live page while it trains')
    .addHelpText(
      'after',
      `
Examples:
  npx baton train --preset quickstart                 the embedded policy against the offline simulator
  npx baton train --set data.train=mine.jsonl --set data.validation=mine-held-out.jsonl
  npx baton train --set llm.executor.baseUrl=http://localhost:8002/v1 --set llm.executor.model=gpt-oss-120b
  npx baton train --config training.yaml --dry-run    what would be done with this file
  npx baton train --resume runs/quickstart-7f3a       continue where it stopped

Exit codes: 0 done, 2 wrong input, 3 a service failed for good (resumable), 4 stopped by a rule or budget
(resumable), 130 interrupted (checkpointed).`,
    )
    .action(async (options) => (await import('./train-command.ts')).trainCommand(options))

  program
    .command('quickstart', { hidden: true })
    .description('train with the quickstart preset')
    .addOption(repeated('-s, --set <key=value>', 'set one key; may be repeated'))
    .option('--no-ui', 'without the live page')
    .action(async (options) => (await import('./train-command.ts')).trainCommand({ ...options, preset: 'quickstart' }))

  program
    .command('imitate')
    .description(
      'teach a policy by example: the best rollouts of runs, JSONL files or experts (baton train with the preset imitate)',
    )
    .addOption(
      repeated('-f, --from <source>', 'what is imitated: a run folder, a JSONL file, or experts; may be repeated'),
    )
    .option('-n, --per-problem <count>', 'attempts of a problem that are kept, no text twice (default: 4)')
    .option(
      '--least-reward <number>',
      'rollouts of runs with at least this reward (default: those that answered right)',
    )
    .option('-m, --model <folder>', 'policy to start from (default: models/conductor)')
    .option('--steps <count>', 'steps of imitation at most (default: 200)')
    .option('-c, --config <file>', 'configuration file (YAML), over the preset')
    .addOption(repeated('-s, --set <key=value>', 'set one key, e.g. --set training.steps=60; may be repeated'))
    .option('-r, --resume <run>', 'continue a run from its newest valid checkpoint')
    .option('--dry-run', 'check everything and show what would be done; train nothing')
    .option('--print-config', 'print every setting as YAML, to save as a file; train nothing')
    .option('--skip-bad-rows', 'skip and count malformed data rows instead of stopping')
    .option('--force', 'continue a run although its data have changed')
    .addHelpText(
      'after',
      `
Examples:
  npx baton imitate --from runs/quickstart-7f3a                       its best rollouts: rejection sampling
  npx baton imitate --from experts                                    sensible workflows, without any run
  npx baton imitate --from chats.jsonl --model my-model               rows of {"messages": [...]}
  npx baton imitate --from runs/frozen-91bc --per-problem 2 --least-reward 8
  npx baton imitate --from runs/quickstart-7f3a --set training.steps=60   imitation, then GRPO
  npx baton imitate --resume runs/imitate-7f3a

docs/imitation.md describes the files; docs/config.md lists the keys.
Exit codes: 0 done, 2 wrong input, 3 a service failed for good (resumable), 4 stopped by a rule or budget
(resumable), 130 interrupted (checkpointed).`,
    )
    .action(async (options) => (await import('./imitate-command.ts')).imitateCommand(options))

  program
    .command('eval')
    .description("measure a run's policy on problems it was not trained on")
    .argument('<run>', 'run folder')
    .option('-d, --data <file>', 'problems to measure on (default: those that the run reports on)')
    .option('-n, --problems <count>', 'at most this many problems')
    .option('--samples <count>', 'completions for each problem where the policy is sampled')
    .addOption(
      repeated('-s, --set <key=value>', 'set a key that may change, such as the address of a server; may be repeated'),
    )
    .option('--greedy', 'only greedy: the likeliest token each time, once a problem')
    .option('--sampled', 'only sampled: as the policy writes in training')
    .addHelpText(
      'after',
      `
Examples:
  npx baton eval runs/quickstart-7f3a
  npx baton eval runs/quickstart-7f3a --data mine.jsonl --greedy
  npx baton eval runs/quickstart-7f3a --set llm.executor.baseUrl=http://localhost:8002/v1

The measurement is stored in the run as eval-<name of the file>: npx baton compare takes it with --label.`,
    )
    .action(async (run, options) => (await import('./eval-command.ts')).evalCommand(run, options))

  program
    .command('report')
    .description(
      'write report.html and report.md of a run again, or print its best or worst workflows with their traces',
    )
    .argument('<run>', 'run folder')
    .option('--best <count>', 'print the workflows with the highest rewards')
    .option('--worst <count>', 'print the workflows with the lowest rewards')
    .option(
      '--label <evaluation>',
      'only rollouts of an evaluation: before, best-fixed, step-20, after (without it: of the training)',
    )
    .option('--step <number>', 'only rollouts of one training step')
    .option('--problem <id>', 'only rollouts of one problem')
    .option('-o, --out <folder>', 'write the report there instead of into the run')
    .option('--force', 'write over files of --out')
    .addHelpText(
      'after',
      `
Examples:
  npx baton report runs/quickstart-7f3a
  npx baton report runs/quickstart-7f3a --best 5
  npx baton report runs/quickstart-7f3a --worst 3 --label after
  npx baton report runs/quickstart-7f3a --step 1 --problem synth-shopping-0001`,
    )
    .action(async (run, options) => (await import('./report-command.ts')).reportCommand(run, options))

  program
    .command('ui')
    .description('open the live page: runs, charts, rollouts with their traces, comparisons')
    .argument('[folder]', 'folder of runs, or one run', 'runs')
    .option('--port <port>', 'port to listen on (default: 4600, or a free one where that is taken)')
    .addOption(new Option('--host <address>', 'address to listen at').default('127.0.0.1', 'loopback only'))
    .addHelpText(
      'after',
      `
Examples:
  npx baton ui                       all runs, also those that are being trained now
  npx baton ui runs/quickstart-7f3a  one run
  npx baton train --ui               train and show it while it trains

The page reads runs and changes nothing.`,
    )
    .action(async (folder, options) => (await import('./ui-command.ts')).uiCommand(folder, options))

  addShowCommand(program)

  addCostCommand(program)

  program
    .command('compare')
    .description('compare two runs on the same questions or problems: paired, with intervals and tests')
    .argument('<runA>', 'run folder')
    .argument('<runB>', 'run folder')
    .option('--method <name>', 'demonstrations: the method to compare, in both (default: the one each run is about)')
    .option('--other-method <name>', 'demonstrations: the method of run B, if different')
    .option('--label <evaluation>', 'workflows: the evaluation to compare, in both (default: after)')
    .option('--other-label <evaluation>', 'workflows: the evaluation of run B, if different')
    .option('--sampled', 'workflows: the policies as they write in training, at a temperature (default: greedy)')
    .option('--json', 'print numbers for programs')
    .addHelpText(
      'after',
      `
Examples:
  npx baton compare runs/demos-7f3a runs/demos-91bc
  npx baton compare runs/demos-7f3a runs/demos-7f3a --method learned --other-method similar
  npx baton compare runs/quickstart-7f3a runs/quickstart-91bc
  npx baton compare runs/quickstart-7f3a runs/quickstart-7f3a --label after --other-label before
  npx baton compare runs/quickstart-7f3a runs/quickstart-91bc --label eval-mine --sampled

Runs whose questions, evaluation profile, pool or model differ are refused: these would affect the difference.`,
    )
    .action(async (runA, runB, options) => (await import('./compare-command.ts')).compareCommand(runA, runB, options))

  program
    .command('runs')
    .description('list the runs in a folder: state, kind, step, accuracy, cost, size; newest first')
    .argument('[folder]', 'folder of runs', 'runs')
    .option('--sort <column>', 'when, name, state, kind, step, accuracy, cost or size', 'when')
    .option('--json', 'print the list for programs')
    .addHelpText(
      'after',
      `
Examples:
  npx baton runs
  npx baton runs --sort size
  npx baton runs /data/runs --json`,
    )
    .action(async (folder, options) => (await import('./runs-command.ts')).runsCommand(folder, options))

  program
    .command('doctor')
    .description(
      'probe a training server: what it supports, whether it sums or averages the loss, what it ignores; or an executor or judge server: whether it answers, its context length',
    )
    .option('--engine <name>', 'what to probe: tinker (a training server) or openai (executor, judge)', 'tinker')
    .option('--server <url>', 'address of the server (default: TINKER_BASE_URL)')
    .option('--model <name>', "model by the server's name (tinker: the base model; default: the only one it lists)")
    .option('--rank <number>', 'LoRA rank of the temporary model; 0 trains every weight if the server supports it', '8')
    .option('--api-key-env <name>', 'environment variable that holds the key (default: TINKER_API_KEY)')
    .option('--deadline <seconds>', 'longest wait for one operation', '1800')
    .option('-o, --out <file>', 'write the profile here, for policy.tinker.profile')
    .option('--force', 'write over existing files')
    .option('--json', 'print findings and profile for programs')
    .addHelpText(
      'after',
      `
Examples:
  npx baton doctor --engine tinker --server http://127.0.0.1:10610
  npx baton doctor --server http://gpu-box:8000 --model Qwen/Qwen2.5-7B-Instruct --rank 32 --out skyrl-profile.json
  npx baton doctor --engine openai --server http://localhost:8080/v1 --model qwen3-8b

The probes of a training server train their own model and change no other; executor and judge are asked one short question. Exit code 3: a probe failed, training would go wrong.`,
    )
    .action(async (options) => (await import('./doctor-command.ts')).doctorCommand(options))

  program
    .command('serve')
    .description('serve the embedded engine over the Tinker protocol, to train it from another program')
    .option('--host <address>', 'address to listen at; other than loopback needs BATON_SERVE_KEY', '127.0.0.1')
    .option('--port <port>', '0 takes a free one', '10610')
    .option('--folder <folder>', 'folder for models, checkpoints and pending requests', 'runs/serve')
    .addOption(repeated('-m, --model <[name=]folder>', 'a model to serve (default: models/conductor); may be repeated'))
    .option('--drop-replies <rate>', 'run requests but lose their replies', '0')
    .option('--latency <ms>', 'pause before each reply', '0')
    .addOption(repeated('--fault <status=rate>', 'refuse requests: 429=0.1, 503=0.05; may be repeated'))
    .option('--seed <number>', 'of the faults', '1')
    .option('--threads <count>', 'processor threads of an engine; 0 is automatic', '0')
    .option('--hold <seconds>', 'how long a poll waits for a result', '20')
    .addHelpText(
      'after',
      `
Examples:
  npx baton serve
  npx baton serve --model small=models/conductor --port 8000 --folder /var/lib/baton
  npx baton serve --drop-replies 0.2 --fault 429=0.1     inject faults to test a client
  BATON_SERVE_KEY=... npx baton serve --host 0.0.0.0

With the official Python SDK:
  TINKER_BASE_URL=http://127.0.0.1:10610 TINKER_API_KEY=tml-local python train.py`,
    )
    .action(async (options) => (await import('./serve-command.ts')).serveCommand(options))

  program
    .command('simulate')
    .description('serve the offline model simulator over an OpenAI-compatible API')
    .option('--port <number>', 'port to listen on', '8090')
    .addOption(new Option('--host <address>', 'address to bind to').default('127.0.0.1', 'loopback only'))
    .option('--skill <factor>', 'accuracy factor: 1 is the documented table', '1')
    .option('--latency <ms>', 'pause before each answer', '0')
    .addOption(repeated('--fault <kind=rate>', 'inject a fault, e.g. --fault emptyContent=0.13; may be repeated'))
    .option('--seed <number>', 'seed of errors and faults', '1')
    .addHelpText(
      'after',
      `
Examples:
  npx baton simulate --port 8090
  npx baton simulate --fault emptyContent=0.13 --fault rateLimit=0.05 --latency 50`,
    )
    .action(async (options) => (await import('./simulate-command.ts')).simulateCommand(options))

  addDemosCommands(program)

  addModelCommands(program)

  addWorkflowCommands(program)

  addScoreCommand(program)

  addRewardsCommands(program)
  addRescoreCommand(program)

  addJudgeCommands(program)

  const data = program.command('data').description('make and check problem files')
  data
    .command('synth')
    .description('make problems like the shipped ones from a seed')
    .option('--seed <number>', 'seed', '1')
    .option('-o, --out <folder>', 'folder for train.jsonl, validation.jsonl and test.jsonl', 'data/problems')
    .option('--train <count>', 'training problems', '2048')
    .option('--validation <count>', 'validation problems', '400')
    .option('--test <count>', 'test problems', '800')
    .option('--families <names>', 'problem families, separated by commas, or all (default: the twelve shipped ones)')
    .option('--force', 'write over existing files')
    .addHelpText(
      'after',
      '\nExamples:\n  npx baton data synth --seed 7 --out my-problems --train 4096\n  npx baton data synth --families all --out all-families',
    )
    .action(async (options) => (await import('./data-commands.ts')).synthCommand(options))
  data
    .command('audit')
    .description('check problem files: overlaps between splits, leaked tests, empty answers, missing contexts')
    .argument('<files...>', 'problem files, one a split')
    .option('--skip-bad-rows', 'skip and count malformed rows instead of stopping')
    .addHelpText(
      'after',
      '\nExamples:\n  npx baton data audit data/problems/train.jsonl data/problems/validation.jsonl',
    )
    .action(async (files, options) => (await import('./data-commands.ts')).auditCommand(files, options))

  const contract = program.command('contract').description('the contract by which a policy writes workflows')
  contract
    .command('show')
    .description('print the contract in one notation')
    .option('-t, --type <type>', 'problem type: math, code or qa', 'math')
    .option('--contract <name>', 'full or simple', 'full')
    .option(
      '--as <notation>',
      'prompt, plan-prompt, operators (operator.json), gbnf, regex, schema, vllm, vllm-plan, llamacpp',
      'prompt',
    )
    .addHelpText(
      'after',
      `
Examples:
  npx baton contract show                                   the prompt for math problems
  npx baton contract show --type code --as gbnf             a grammar for llama.cpp
  npx baton contract show --as vllm --contract simple       request fields for vLLM's structured outputs`,
    )
    .action(async (options) => (await import('./contract-command.ts')).contractShowCommand(options))
  contract
    .command('export')
    .description('write every notation to files, a folder for each problem type')
    .argument('<folder>', 'folder to write to')
    .option('--contract <name>', 'full or simple', 'full')
    .option('--force', 'write over existing files')
    .addHelpText('after', '\nExamples:\n  npx baton contract export my-contract --contract simple')
    .action(async (folder, options) => (await import('./contract-command.ts')).contractExportCommand(folder, options))
  contract
    .command('lint')
    .description('hold every prompt against the validator, and run its examples')
    .option('--prompt <file>', 'a prompt of your own instead of the built-in ones')
    .option('-t, --type <type>', 'problem type of that prompt', 'math')
    .option('--contract <name>', 'contract of that prompt: full or simple', 'full')
    .addHelpText(
      'after',
      `
Examples:
  npx baton contract lint
  npx baton contract lint --prompt my-prompt.md --type code

Exit codes: 0 no contradictions, 2 wrong input, 4 contradictions found.`,
    )
    .action(async (options) => (await import('./contract-command.ts')).contractLintCommand(options))

  return program
}

/** One plain sentence (or two) that says what happened to an execution. Pure. */
import type { ErrorInfo } from '#contracts/problems';
import { type ActorNames, actorWords } from './actors';
import { formatCount, formatDuration, formatExact } from './time';
import type { SlimStep, SlimTimeline } from './timeline';

export function describe(timeline: SlimTimeline, names: ActorNames = {}): string {
  const failed = failedStep(timeline);
  const undone = timeline.steps.filter((step) => step.compensation?.status === 'completed').length;
  switch (timeline.status) {
    case 'pending':
      return pending(timeline);
    case 'running':
      return running(timeline, names);
    case 'waiting':
      return waiting(timeline, names);
    case 'paused':
      return paused(timeline, names);
    case 'completed':
      return completed(timeline);
    case 'cancelled':
      return timeline.refused
        ? refused(timeline.refused)
        : `Cancelled${whose(timeline, names)} after ${formatDuration(timeline.duration_ms ?? 0)}${why(timeline)}. Nothing had to be undone.`;
    case 'compensating': {
      const left = (timeline.saga?.order.length ?? timeline.steps.filter((step) => step.compensation).length) - undone;
      return `${cause(timeline, failed, names)} ${left === 1 ? 'One completed step is' : `${words(left, true)} completed steps are`} being undone.`;
    }
    case 'compensated':
      return `${cause(timeline, failed, names)} ${undoneSentence(undone)}`;
    case 'failed': {
      const stuck = timeline.steps.find((step) => step.compensation?.status === 'failed');
      if (stuck?.compensation) {
        const error = stuck.compensation.error;
        return `${cause(timeline, failed, names)} Undoing ${stuck.name} gave up after ${times(stuck.compensation.attempts)}${error ? `: ${because(error)}` : ''}. Fix the other side, then resume.`;
      }
      return [cause(timeline, failed, names), undone > 0 ? undoneSentence(undone) : notRun(timeline, failed)].filter(Boolean).join(' ');
    }
  }
}

function pending({ queue }: SlimTimeline): string {
  if (queue?.reason === 'concurrency') return `Waits for its turn${queue.position ? `; it came as number ${queue.position} of those who wait` : ''}.`;
  if (queue?.reason === 'debounce' && queue.until) return `Begins at ${formatExact(queue.until).slice(11)} unless another start comes first.`;
  return 'Accepted; the first step has not started yet.';
}

function refused({ reason, by }: NonNullable<SlimTimeline['refused']>): string {
  const other = by ?? 'another execution';
  return reason === 'busy' ? `Skipped: ${other} was under way.` : `Not begun: ${other} came after it and took its turn.`;
}

/** The step to look at first: the one that broke the execution. */
function failedStep(timeline: SlimTimeline): SlimStep | undefined {
  return timeline.steps.findLast((step) => step.status === 'failed');
}

function running(timeline: SlimTimeline, names: ActorNames): string {
  const retrying = timeline.steps.find((step) => step.status === 'retrying');
  if (retrying) {
    const due = retrying.attempt_log?.at(-1)?.retry_at;
    const why = retrying.attempt_log?.findLast((attempt) => attempt.error)?.error ?? retrying.error;
    return `${retrying.name} failed ${retrying.attempts === 1 ? 'once' : `${retrying.attempts} times`}${why ? `: ${because(why)}` : ''}. The next attempt ${due ? `is due at ${formatExact(due).slice(11)}` : 'follows'}.`;
  }
  const current = timeline.steps.find((step) => step.status === 'running');
  if (!current) return 'Running.';
  if (timeline.cancelled) return `It is to be cancelled${asked(timeline, names)}${why(timeline)}. ${current.name} comes to its end first.`;
  const attempt = current.attempts > 1 ? `, attempt ${current.attempts}` : '';
  if (isPart(timeline)) return `Running ${current.name}${attempt}.`;
  const done = timeline.steps.filter((step) => step.status === 'completed' || step.status === 'skipped').length;
  return `Running ${current.name}${attempt}. ${formatCount(done)} of ${formatCount(timeline.steps.length)} steps done.`;
}

function waiting(timeline: SlimTimeline, names: ActorNames): string {
  const step = timeline.steps.find((one) => one.status === 'waiting' || one.status === 'retrying');
  if (!step) return 'Waiting.';
  if (step.status === 'retrying') return running(timeline, names);
  const until = step.waiting_until && formatExact(step.waiting_until).replace(/\.\d{3}/, '');
  const what = step.waiting_for && (step.waiting_for.kind === 'approval' ? 'somebody to decide' : step.waiting_for.event);
  if (what) return `${step.name} waits for ${what}${until ? `, until ${until}` : ''}.`;
  return until ? `${step.name} waits until ${until}.` : `${step.name} waits for an answer from outside.`;
}

function paused({ paused }: SlimTimeline, names: ActorNames): string {
  if (paused?.breakpoint)
    return `Held before ${paused.breakpoint.step}, at a breakpoint of ${actorWords(paused.by, names)}. It costs nothing until somebody decides.`;
  return `Paused${paused ? ` by ${actorWords(paused.by, names)}${paused.reason ? `: ${because({ message: paused.reason })}` : ''}` : ''}. It goes on when somebody resumes it.`;
}

/** More steps than are here: what is counted here is not the whole. */
function isPart({ steps, steps_total }: SlimTimeline): boolean {
  return steps_total !== undefined && steps_total > steps.length;
}

function completed(timeline: SlimTimeline): string {
  if (isPart(timeline)) return `Completed in ${formatDuration(timeline.duration_ms ?? 0)}, with ${formatCount(timeline.steps_total ?? 0)} steps.`;
  const ran = timeline.steps.filter((step) => step.status === 'completed').length;
  const skipped = timeline.steps.filter((step) => step.status === 'skipped').length;
  const retried = timeline.steps.filter((step) => step.status === 'completed' && step.attempts > 1);
  const failed = timeline.steps.filter((step) => step.status === 'failed').length;
  const which =
    failed > 0 ? `${formatCount(ran)} of ${formatCount(ran + failed)} steps` : ran === 1 ? 'The one step' : `All ${formatCount(ran)} steps that ran`;
  const parts = [`${which} completed in ${formatDuration(timeline.duration_ms ?? 0)}`];
  if (failed > 0) parts.push(`${formatCount(failed)} failed and ${failed === 1 ? 'was' : 'were'} passed over`);
  if (skipped > 0) parts.push(`${formatCount(skipped)} ${skipped === 1 ? 'was' : 'were'} skipped`);
  const head = `${parts.join('; ')}.`;
  if (retried.length === 1) return `${head} ${retried[0]!.name} needed ${retried[0]!.attempts} attempts.`;
  return retried.length > 1 ? `${head} ${words(retried.length, true)} of them needed more than one attempt.` : head;
}

function cause(timeline: SlimTimeline, failed: SlimStep | undefined, names: ActorNames): string {
  const reason = timeline.saga?.reason;
  // What it was about when somebody cancelled it is not why it is undone.
  if (reason === 'cancelled') return `It was cancelled${whose(timeline, names)}${why(timeline)}.`;
  if (failed) {
    const error = failed.error ?? timeline.error;
    return `${failed.name} failed${failed.attempts > 1 ? ` after ${failed.attempts} attempts` : ''}${error ? `: ${because(error)}` : ''}.`;
  }
  if (reason === 'timeout' || timeline.error?.code === 'execution_timeout') return 'The pipeline took longer than its timeout.';
  return timeline.error ? `It failed: ${because(timeline.error)}.` : 'It failed.';
}

function asked({ cancelled }: SlimTimeline, names: ActorNames): string {
  return cancelled?.by === undefined ? '' : `, as ${actorWords(cancelled.by, names)} asked`;
}

function whose({ cancelled }: SlimTimeline, names: ActorNames): string {
  return cancelled?.by === undefined ? '' : ` by ${actorWords(cancelled.by, names)}`;
}

function why({ cancelled }: SlimTimeline): string {
  return cancelled?.reason === undefined ? '' : `: ${because({ message: cancelled.reason })}`;
}

function undoneSentence(undone: number): string {
  if (undone === 0) return 'Nothing had to be undone.';
  return undone === 1 ? 'The one completed step before it was undone.' : `The ${words(undone, false)} steps before it were undone.`;
}

/** What the failure kept from running. */
function notRun(timeline: SlimTimeline, failed: SlimStep | undefined): string {
  if (!failed) return '';
  const count = timeline.steps.filter((step) => step.status === 'pending').length;
  if (count === 0) return '';
  return count === 1 ? 'The step after it did not run.' : `The ${words(count, false)} steps after it did not run.`;
}

/** The message without its last full stop, for the sentence has its own. */
function because(error: Pick<ErrorInfo, 'message'>): string {
  return error.message.replace(/\.\s*$/, '');
}

function times(attempts: number): string {
  return attempts === 1 ? 'one attempt' : `${attempts} attempts`;
}

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

function words(count: number, capital: boolean): string {
  const word = WORDS[count] ?? formatCount(count);
  return capital ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}

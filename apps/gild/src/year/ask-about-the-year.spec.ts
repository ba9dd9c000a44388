import type { RecordedEvent } from '@gild/ports';
import { nothingTold, tell, type Told } from './brute-force.spec.js';
import { asked, QUESTIONS, type Question, type Subject } from './questions.spec.js';
import type { YearFarm } from './year-farm.spec.js';

/** One question at one moment, with what the farm answered and what the log says. */
export type Asked = {
  title: string;
  at: string;
  subject: Subject;
  answered: unknown;
  expected: unknown;
  tookMs: number;
};

type Moment = { at: string; subject: Subject };

/** Asks every question about so many moments, each named by a time or by its position. */
export const askAboutTheYear = async (
  farm: YearFarm,
  moments: number,
  draw: () => number,
): Promise<Asked[]> => {
  const events = await farm.events();
  const told = nothingTold();
  const asks: Asked[] = [];
  let next = 0;
  for (const end of endsOf(events, moments, draw)) {
    for (; next <= end; next += 1) tell(told, events[next] as RecordedEvent);
    const subject = subjectOf(told, draw);
    const at = nameOfMoment(events, end, draw);
    for (const question of QUESTIONS) asks.push(await askOne(question, { at, subject }, { farm, told }));
  }
  return asks;
};

/** Ends of beginnings of the log, each later than the last; before the first version there is little to ask about. */
const endsOf = (events: readonly RecordedEvent[], moments: number, draw: () => number): number[] => {
  const first = events.findIndex(({ type }) => type === 'VmStarted');
  const last = events.length - 1;
  return Array.from({ length: moments }, () => first + Math.floor(draw() * (last - first + 1))).sort(
    (a, b) => a - b,
  );
};

/** A time names all events that are not later: where the next one has the same time, only its position names this moment. */
const nameOfMoment = (events: readonly RecordedEvent[], end: number, draw: () => number): string => {
  const [here, next] = [events[end], events[end + 1]];
  const time = here?.metadata.time ?? '';
  const isNamedByTime = next === undefined || next.metadata.time > time;
  return isNamedByTime && draw() < 0.5 ? time : (here?.position ?? '');
};

const subjectOf = (told: Told, draw: () => number): Subject => {
  const pick = (all: Iterable<string>): string => {
    const list = [...all];
    return list[Math.floor(draw() * list.length)] ?? '';
  };
  const [image = '', version = ''] = pick(interesting(told, draw)).split('@');
  return {
    ...{ image, version },
    vmId: pick(told.machines.keys()),
    host: pick([...told.machines.values()].map(({ host }) => host)),
  };
};

/** Names of versions: of those that something was decided about, of those that others are built on, or of all. */
const interesting = ({ versions, fates }: Told, draw: () => number): string[] => {
  const all = [...versions].flatMap(([image, numbers]) =>
    [...numbers].map(([version, { base }]) => ({ name: `${image}@${version}`, base })),
  );
  const dice = draw();
  const decided = dice < 0.4 ? [...fates.keys()] : [];
  const bases = dice > 0.7 ? all.flatMap(({ base }) => base ?? []) : [];
  const few = [...decided, ...bases];
  return few.length > 0 ? few : all.map(({ name }) => name);
};

const askOne = async (
  question: Question,
  moment: Moment,
  { farm, told }: { farm: YearFarm; told: Told },
): Promise<Asked> => {
  const begun = performance.now();
  const answered = await asked(question, farm, moment);
  const tookMs = performance.now() - begun;
  return {
    title: question.title,
    ...moment,
    answered,
    expected: question.answer(told, moment.subject),
    tookMs,
  };
};

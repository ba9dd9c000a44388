import { timeWithinPolicy, usualBuildMinutes, type ImageBuildPolicy } from '@gild/contracts';

const MINUTE_MS = 60_000;

type Limit = Pick<ImageBuildPolicy, 'max_build_time_minutes'>;
type Definition = Readonly<Record<string, unknown>>;

/** How long a build of the definition may take, which the registry found within the policy. */
export const buildTimeMs = (definition: Definition, { max_build_time_minutes: most }: Limit): number =>
  MINUTE_MS * Math.min(minutesIn(definition) ?? most, most);

/**
 * The same had another policy been in force; undefined: the definition had been refused. One that says what it got anyway is taken for one
 * that says nothing, as it is recorded with its defaults.
 */
export const buildTimeUnder = (
  definition: Definition,
  { then, now }: { then: Limit; now: Limit },
): number | undefined => {
  const said = minutesIn(definition);
  const minutes = said === usualBuildMinutes(then) ? usualBuildMinutes(now) : said;
  if (minutes !== undefined && timeWithinPolicy({ build_timeout_minutes: minutes }, now).length > 0)
    return undefined;
  return buildTimeMs({ build_timeout_minutes: minutes }, now);
};

const minutesIn = ({ build_timeout_minutes: minutes }: Definition): number | undefined =>
  typeof minutes === 'number' ? minutes : undefined;

import { z } from 'zod/v4';

import { numberOf, textList } from '../provider/filters';

/** What somebody can be told of, by the values of the option *Alerts*. */
const ALERTS = ['deliveriesRefused', 'onlyCaughtUp', 'catchUpFails', 'noCall'] as const;
export type AlertName = (typeof ALERTS)[number];

/** What is on where the user has not added the option: how long a line may be quiet only its owner knows. */
const ON_BY_DEFAULT = ALERTS.filter((each) => each !== 'noCall');

const chosen = textList.transform((names) => ALERTS.filter((each) => names.includes(each))).catch([...ON_BY_DEFAULT]);

/** Which alerts are on. What cannot be used must not matter to a call, so it is as if it had not been set. */
export function alertsOn(set: unknown): readonly AlertName[] {
	return chosen.parse(set);
}

const HOUR_IN_MS = 3_600_000;

const quietHours = numberOf('must be a number of hours').pipe(z.number().min(1).max(10_000)).catch(24);

/** How long no call may come before somebody is told, in milliseconds. */
export function quietTime(set: unknown): number {
	return quietHours.parse(set) * HOUR_IN_MS;
}

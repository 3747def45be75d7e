import type { IDataObject, ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { registerOf } from '../memory/register';
import { triggerIdOf } from '../memory/per-trigger';
import { parameter } from '../delivery/node-context';
import type { SettingsReader } from '../delivery/settings-reader';
import type { Provider } from '../provider/provider';
import { ask } from './asking';
import type { CatchingUp } from './catching-up';
import { FARTHEST_BACK_IN_MS } from './collect';
import { Marks } from './marks';
import { CATCH_UP_LABELS, readCatchUpSettings } from './settings';
import { TroubleLog } from './trouble-log';

const MARKS_ARE_GONE =
	'how far it had asked is kept no more, perhaps since another trigger of this workflow has saved its own data over it. It goes on from the oldest call of the last 3.5 days that n8n remembers; give this trigger a workflow of its own';

/** The first asking, once n8n has done what else it does at its start. */
const FIRST_ASKING_AFTER_MS = 2_000;

/**
 * n8n's trigger(): beside its webhook the trigger asks the provider's API, every few minutes, for calls whose webhook never
 * arrived (ARCHITECTURE.md). It never fails and never waits for the API, so webhooks and publishing do not depend on it.
 */
export async function startCatchingUp<Call extends IDataObject>(
	context: ITriggerFunctions,
	provider: Provider<Call>,
	settingsOf: SettingsReader<Call>,
): Promise<ITriggerResponse> {
	const { callsApi: api } = provider;
	// A test in the editor is for one call that somebody sends.
	if (api === undefined || context.getMode() === 'manual') return {};
	const trigger = triggerIdOf(context);
	const ids = registerOf(trigger);
	const log = new TroubleLog(context);
	const read = readSettings(context, settingsOf);
	if (read === undefined) {
		ids.forgetIds();
		Marks.forget(context);
		return {};
	}
	if (typeof read === 'string') {
		log.tell('settings', { kind: 'settings', message: `off: ${read}. Correct that in the node and publish again` });
		return {};
	}
	const marks = new Marks(context);
	marks.start(read.catchUp.callFlows);
	if (!marks.knowsFrom) log.tell('marks', { kind: 'gone', message: MARKS_ARE_GONE });
	const it: CatchingUp<Call> = {
		...{ context, provider, api, ...read, trigger, ids, marks, log },
		askedFor: new Set(),
		backMs: FARTHEST_BACK_IN_MS,
		foundAt: -Infinity,
		hasEnded: false,
		notBefore: 0,
	};
	const release = ids.hold();
	begin(it);
	return {
		closeFunction: async () => {
			it.hasEnded = true;
			release();
		},
	};
}

/** The settings of catching up, and those of deliveries; undefined where it is off, and what is wrong where that cannot be told. */
function readSettings<Call extends IDataObject>(context: ITriggerFunctions, settingsOf: SettingsReader<Call>) {
	try {
		if (parameter(context, 'catchUp', CATCH_UP_LABELS) !== true) return undefined;
		return { catchUp: readCatchUpSettings(context), settings: settingsOf(context) };
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}

function begin<Call extends IDataObject>(it: CatchingUp<Call>): void {
	let isAsking = false;
	const askUnlessAsking = async () => {
		if (isAsking) return;
		isAsking = true;
		try {
			await ask(it);
		} finally {
			isAsking = false;
		}
	};
	const { everyMinutes } = it.catchUp;
	it.context.helpers.registerCron({ expression: `0 */${everyMinutes} * * * *` }, () => void askUnlessAsking());
	void sleep(FIRST_ASKING_AFTER_MS).then(askUnlessAsking);
}

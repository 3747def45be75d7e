import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';

import { IS_KEPT_NO_MORE } from '../alerts/catch-up-words';
import { TroubleLog } from '../alerts/trouble-log';
import { ApiClock } from '../api/clock';
import { namesOf } from '../api/names';
import { tellCatchUpFails } from '../delivery/alert';
import type { SettingsReader } from '../delivery/settings-reader';
import { claimsOf } from '../memory/claims';
import type { BesideWebhook } from '../n8n/beside-webhook';
import { beginNow, forgetMoments, keepMoments, noteLast } from '../n8n/kept-moments';
import { triggerIdOf } from '../n8n/per-trigger';
import type { Provider } from '../provider/provider';
import { AskedSince } from './asked-since';
import { CatchingUp } from './catching-up';
import { proofOf } from './proof';
import { readCatchUpSettings } from './settings';
import { PACE, type Pace, type Setup } from './setup';

/**
 * n8n's trigger(): beside its webhook the trigger asks the provider's API, every few minutes, for calls whose webhook never
 * arrived (ARCHITECTURE.md). It never fails and never waits for the API, so webhooks and publishing do not depend on it.
 */
export async function startCatchingUp<Call extends IDataObject>(
	context: ITriggerFunctions,
	provider: Provider<Call>,
	settingsOf: SettingsReader<Call>,
	pace: Pace = PACE,
): Promise<BesideWebhook | undefined> {
	const { callsApi: api } = provider;
	// A test in the editor is for one call that somebody sends.
	if (api === undefined || context.getMode() === 'manual') return undefined;
	const trigger = triggerIdOf(context);
	const register = claimsOf(trigger);
	const log = new TroubleLog(context, (what) => tellCatchUpFails(context, what));
	let read: Pick<Setup<Call>, 'catchUp' | 'settings'> | undefined;
	try {
		const catchUp = readCatchUpSettings(context, provider, api);
		const settings = catchUp && settingsOf(context);
		if (catchUp && settings?.catchesUp) read = { catchUp, settings };
	} catch (error) {
		beginNow(context);
		const why = error instanceof Error ? error.message : String(error);
		const message = `${why}, so it is off. Correct that in the node and publish again`;
		void pace.wait(pace.beforeFirstAsking).then(() => log.tell('settings', { message, alertAfterMs: 0 }));
		return undefined;
	}
	if (read === undefined) {
		register.beginIdsAnew();
		forgetMoments(context);
		return undefined;
	}
	const clock = new ApiClock();
	const since = new AskedSince(clock, keepMoments(context, read.catchUp.chosen));
	if (read.catchUp.chosen.some((of) => since.isLost(of))) log.tell('kept', { message: IS_KEPT_NO_MORE });
	const end = new AbortController();
	const catchingUp = new CatchingUp({
		...{ context, provider, api, ...read, register, proof: proofOf(trigger), log, clock, since, pace },
		...{ names: namesOf(trigger), timezone: context.getTimezone(), instanceId: context.getInstanceId(), end },
	});
	// A schedule knows minutes of an hour alone: every 45 minutes would be at 0 and at 45.
	let minutes = 0;
	const onMinute = async () => {
		if (++minutes % read.catchUp.everyMinutes === 0) await catchingUp.ask();
	};
	void pace.wait(pace.beforeFirstAsking).then(async () => await catchingUp.ask());
	const stop = () => {
		noteLast(trigger, since.moments);
		end.abort();
	};
	return { onMinute, stop };
}

import { deliver } from '../../../../host';
import { CallScaler, callScalerCall, QCall, qCallCall } from '../../../../host/simulators';
import type { Cluster } from '../cluster';
import { deliverAllAtOnce, inParts, sideEffectsPerCall } from '../wave';
import { tally } from '../../support/verdict';
import { activeCallScaler, activeQCall } from './trigger';

/** HASHED_CALLS=200 for figures. */
const CALLS = Number(process.env.HASHED_CALLS ?? 50);
const CALLS_AT_ONCE = 10;
const DELIVERIES_OF_A_CALL = 5;
/** Where a process takes executions for its own, an answer waits so long for the id; else 0.2 s, and what a busy machine adds. */
const WAITS_FOR_ID_IN_MILLISECONDS = 5_000;

export function behindAHashingBalancer(cluster: () => Cluster): void {
	it('answers an accepted call without the id of its execution, which only the worker learns', async () => {
		const { workflow, sink } = await activeCallScaler(cluster());
		// Each process waits for an id when it answers the first of its calls.
		for (const call of [callScalerCall(), callScalerCall()]) {
			const { status, json, headers, ms } = await deliver(cluster().urlOf(workflow), { json: call });
			expect(ms).toBeLessThan(WAITS_FOR_ID_IN_MILLISECONDS);
			expect({ status, json }).toEqual({
				status: 200,
				json: {
					success: true,
					status: 'accepted',
					message: 'The call was accepted and its workflow started.',
					request_id: headers['x-request-id'],
				},
			});
		}
		await sink.waitFor(2);
		await sink.close();
	});

	it(`runs ${CALLS} calls once each, though each is delivered ${DELIVERIES_OF_A_CALL} times at once`, async () => {
		const { workflow, sink } = await activeCallScaler(cluster());
		const ids = Array.from({ length: CALLS }, (_, position) => `burst-${position}`);
		const deliveries = ids.map((id) => ({ json: callScalerCall({ call_id: id }) }));

		const answers = [];
		for (const part of inParts(deliveries, CALLS_AT_ONCE)) {
			answers.push(...(await deliverAllAtOnce(cluster().urlOf(workflow), part, DELIVERIES_OF_A_CALL)).flat());
		}
		const executions = await cluster().main.executions.settled(workflow.id);

		expect(sideEffectsPerCall(sink, 'call_id', ids)).toEqual({ 1: CALLS });
		const { '200 accepted': accepted, ...others } = tally(answers);
		expect(accepted).toBe(CALLS);
		expect(Object.keys(others).filter((name) => !['200 duplicate', '409 in_progress'].includes(name))).toEqual([]);
		expect(executions).toHaveLength(CALLS);
		await sink.close();
	});

	it('runs a call once whose attempts 2 and 3 come with another attempt, time and delivery id', async () => {
		const { workflow, sink } = await activeCallScaler(cluster());
		const callScaler = new CallScaler({ url: cluster().urlOf(workflow), newDeliveryIdPerAttempt: true });
		const calls = Array.from({ length: 10 }, (_, position) => callScalerCall({ call_id: `again-${position}` }));

		const verdicts = [];
		for (const attempt of [1, 2, 3]) {
			const made = await Promise.all(calls.map(async (call) => await callScaler.attempt(call, attempt)));
			verdicts.push(tally(made.flatMap((each) => (each.outcome === 'answered' ? each.answer : []))));
		}
		await cluster().main.executions.settled(workflow.id);

		expect(verdicts).toEqual([{ '200 accepted': 10 }, { '200 duplicate': 10 }, { '200 duplicate': 10 }]);
		const ids = calls.map(({ call_id }) => String(call_id));
		expect(sideEffectsPerCall(sink, 'call_id', ids)).toEqual({ 1: 10 });
		await sink.close();
	});

	it('runs a call once that two QCall webhook tools deliver at once, in different words', async () => {
		const { workflow, sink } = await activeQCall(cluster());
		const tool = { url: cluster().urlOf(workflow) };
		const calls = Array.from({ length: 10 }, () => qCallCall());

		await Promise.all(calls.map(async (call) => await new QCall([tool, tool]).endCall(call)));
		await cluster().main.executions.settled(workflow.id);

		const recordings = calls.map(({ recording_url }) => String(recording_url));
		expect(sideEffectsPerCall(sink, 'recording_url', recordings)).toEqual({ 1: 10 });
		await sink.close();
	});
}

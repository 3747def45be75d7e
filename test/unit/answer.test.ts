import { ACCEPTED, answerOrRethrow, bodyOf, DeliveryEnded, ended, sampleAnswer } from '../../nodes/delivery/answer';

const issue = { field: 'age', value: 'old', problem: 'expected a number' };

it.each<[string, DeliveryEnded, { status: number; verdict: string }, RegExp[]]>([
	[
		'no credential',
		ended.noCredential(),
		{ status: 401, verdict: 'rejected' },
		[/no usable credential/, /nobody in/, /choose a credential/],
	],
	[
		'no secret',
		ended.noSecret(),
		{ status: 401, verdict: 'rejected' },
		[/has no secret/, /nobody in/, /enter a secret/],
	],
	[
		'no header',
		ended.headerMissing('X-A', 'in B'),
		{ status: 401, verdict: 'rejected' },
		[/header X-A did not arrive/, /Add it in B,/],
	],
	[
		'wrong header',
		ended.headerWrong('X-A', 'in B'),
		{ status: 401, verdict: 'rejected' },
		[/header X-A arrived/, /header's value in B\./],
	],
	[
		'header twice',
		ended.headerTwice('X-A', 'in B'),
		{ status: 401, verdict: 'rejected' },
		[/header X-A arrived with several values/, /Enter it once/, /in B\./],
	],
	[
		'nothing',
		ended.nothingToRead('Bell', ['json', 'form', 'query']),
		{ status: 400, verdict: 'rejected' },
		[/Have Bell send the call as/, /JSON.*form.*query/],
	],
	[
		'fields',
		ended.invalidFields([issue]),
		{ status: 422, verdict: 'rejected' },
		[/age \(expected a number\)/, /On Invalid Fields/],
	],
	[
		'ignored',
		ended.ignored({ reason: 'it rained' }),
		{ status: 200, verdict: 'ignored' },
		[/^Ignored: it rained\./, /settings in n8n and publish/],
	],
	[
		'duplicate',
		ended.duplicate('noon', 'k: 1'),
		{ status: 200, verdict: 'duplicate' },
		[/accepted before, at noon/, /Deduplicate/],
	],
	[
		'in progress',
		ended.inProgress('noon', 'k: 1'),
		{ status: 409, verdict: 'in_progress' },
		[/received at noon/, /again later/],
	],
	[
		'credential out of reach',
		ended.credentialOutOfReach(),
		{ status: 503, verdict: 'failed' },
		[/could not read/, /nobody in/, /Send the call again/],
	],
	[
		'a body that cannot be read',
		ended.unreadableBody('Bell', ['json', 'query']),
		{ status: 400, verdict: 'rejected' },
		[/body cannot be read/, /query string alone/, /Have Bell send the call as a JSON.*, or as query parameters/],
	],
	[
		'settings that cannot be used',
		ended.unusableSettings('Output is odd'),
		{ status: 500, verdict: 'failed' },
		[/^Output is odd\./, /lost unless it is sent again/, /Correct the settings.*On Error to Stop Workflow/],
	],
	[
		'caught up',
		ended.caughtUp('Bell', 'noon'),
		{ status: 200, verdict: 'duplicate' },
		[/ended at noon/, /asked for at Bell and handled/],
	],
	[
		'being caught up',
		ended.beingCaughtUp('Bell', 'noon'),
		{ status: 409, verdict: 'in_progress' },
		[/ended at noon/, /asked for at Bell/, /again later/],
	],
	['not begun', ended.notBegun('kept'), { status: 503, verdict: 'failed' }, [/Send it again/, /tries again by itself/]],
	[
		'not begun, nor kept',
		ended.notBegun('not kept'),
		{ status: 503, verdict: 'failed' },
		[/Send it again.*the disk of n8n\.$/],
	],
	[
		'no sample',
		ended.noSampleHere(),
		{ status: 404, verdict: 'rejected' },
		[/no sample here/, /test URL only/, /click Execute step, and open/, /same URL without .sample/],
	],
	[
		'no sample yet',
		ended.noSampleYet('Output is odd'),
		{ status: 500, verdict: 'failed' },
		[/^Output is odd\. Correct that/, /click Execute step, and reload/],
	],
	[
		'a call at the sample',
		ended.noCallHere('Bell'),
		{ status: 404, verdict: 'rejected' },
		[/gives an example and takes no calls/, /same URL without .sample: enter that in Bell/],
	],
])('says what happened and what to do: %s', (_what, error, ends, words) => {
	const answer = answerOrRethrow(error);
	expect(answer).toMatchObject(ends);
	for (const each of words) expect(answer.message).toMatch(each);
	const body = bodyOf(answer, 'the id');
	expect(body).toMatchObject({
		success: ends.status < 400,
		status: ends.verdict,
		message: answer.message,
		request_id: 'the id',
	});
});

it('has what a program needs to know of a verdict', () => {
	expect(ended.duplicate('noon', 'k: 1').answer.details).toEqual({ accepted_at: 'noon', dedupe_key: 'k: 1' });
	expect(ended.inProgress('noon', 'k: 1').answer.details).toEqual({ received_at: 'noon', dedupe_key: 'k: 1' });
	expect(ended.caughtUp('Bell', 'noon').answer.details).toEqual({ ended_at: 'noon' });
	expect(ended.beingCaughtUp('Bell', 'noon').answer.details).toEqual({ ended_at: 'noon' });
	expect(ended.invalidFields([issue]).answer.details).toEqual({ issues: [issue] });
	expect(ended.ignored({ reason: 'it rained' }).answer.details).toEqual({});
	expect(bodyOf(ended.invalidFields([issue, issue]).answer, 'id').issues).toEqual([issue, issue]);
	expect(ended.invalidFields([issue, { ...issue, field: 'size' }]).answer.message).toContain(
		'age (expected a number), size (expected a number).',
	);
});

it.each<[DeliveryEnded, RegExp | undefined]>([
	[ended.noCredential(), /no usable credential/],
	[ended.credentialOutOfReach(), /could not read.*credential/],
	[ended.noSecret(), /has no secret/],
	[ended.headerMissing('X-A', 'in B'), /X-A did not arrive/],
	[ended.headerWrong('X-A', 'in B'), /X-A holds another secret/],
	[ended.headerTwice('X-A', 'in B'), /X-A arrived with several values/],
	[ended.nothingToRead('Bell', ['json']), /nothing to read/],
	[ended.unreadableBody('Bell', ['json']), /body could not be read/],
	[ended.noCallHere('Bell'), /ends in .sample/],
	[ended.noSampleHere(), undefined],
	[ended.invalidFields([issue]), undefined],
	[ended.ignored({ reason: 'it rained' }), undefined],
])('says why a call was refused where a person has to act: %#', ({ answer }, why) => {
	if (why === undefined) expect(answer.refusedFor).toBeUndefined();
	else expect(answer.refusedFor).toMatch(why);
});

it('is of an accepted call', () => {
	expect(bodyOf(ACCEPTED, 'id')).toEqual({
		...{ success: true, status: 'accepted', request_id: 'id' },
		message: expect.stringMatching(/accepted.*workflow started/),
	});
	expect(bodyOf(sampleAnswer('Bell'), 'id')).toMatchObject({
		...{ success: true, status: 'accepted' },
		message: expect.stringMatching(
			/example call of Bell is in n8n now: close this tab.*To get another example, click Execute step/,
		),
	});
});

it('is not of any other error: that one is left to n8n', () => {
	const error = new Error('a bug');
	expect(() => answerOrRethrow(error)).toThrow(error);
});

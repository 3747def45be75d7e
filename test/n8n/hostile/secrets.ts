import fc from 'fast-check';

import type { HostileRequest } from './request';
import { HEADER_OF_THE_SECRET } from './setups';

/** What a header can carry: visible ASCII, spaces and the bytes above. */
const headerValue = fc.string({
	unit: fc
		.integer({ min: 0x20, max: 0xff })
		.filter((code) => code !== 0x7f)
		.map((code) => String.fromCharCode(code)),
	maxLength: 80,
});

/** Anything that is not the secret, and much that nearly is. */
export function wrongSecrets(secret: string): fc.Arbitrary<HostileRequest> {
	const near = [
		...[secret.slice(1), secret.slice(0, -1), `${secret}a`, `a${secret}`, secret.toUpperCase(), `${secret}, ${secret}`],
		...[`Basic ${secret}`, `Bearer Bearer ${secret}`, `Bearer${secret}`, ''],
		...[
			'undefined',
			'null',
			'[object Object]',
			'__proto__',
			'constructor',
			'*',
			'Bearer',
			'Bearer undefined',
			'={{ $env }}',
		],
	];
	return fc
		.record({
			presented: fc.option(fc.oneof(fc.constantFrom(...near), headerValue)),
			name: fc.constantFrom(
				HEADER_OF_THE_SECRET,
				HEADER_OF_THE_SECRET.toUpperCase(),
				'Authorization',
				'X-Webhook-Secret-',
			),
		})
		.filter(({ presented }) => presented === null || ![secret, `Bearer ${secret}`].includes(presented.trim()))
		.map(({ presented, name }) => ({
			setup: 'callScalerSecret',
			method: 'POST',
			headers: { 'content-type': 'application/json', ...(presented === null ? {} : { [name]: presented }) },
			body: Buffer.from('{"call_id":"1"}'),
		}));
}

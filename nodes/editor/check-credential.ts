import type { ICredentialDataDecryptedObject, INodeCredentialTestResult } from 'n8n-workflow';

import { headerSecret, type HeaderSecret } from '../provider/header-secret';

const MIN_SECRET_LENGTH = 16;
/** RFC 9110: what a header's name may be made of. */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
/** Headers that HTTP itself or a proxy in between sets, strips or rewrites. */
const RESERVED_HEADERS = new Set([
	'connection',
	'content-encoding',
	'content-length',
	'content-type',
	'cookie',
	'expect',
	'host',
	'keep-alive',
	'te',
	'trailer',
	'transfer-encoding',
	'upgrade',
	'user-agent',
]);

/**
 * The credential's Test button: says what is wrong with a header name or a weak secret, and what to paste where. There
 * is nobody to ask: the provider calls n8n, not the other way round. `where` completes "paste it …".
 */
export function checkCredential(
	data: ICredentialDataDecryptedObject | undefined,
	where: string,
): INodeCredentialTestResult {
	const parsed = headerSecret.safeParse(data);
	const problem = parsed.success ? problemOf(parsed.data) : 'Enter a header name and a secret.';
	if (problem !== undefined) return { status: 'Error', message: problem };
	const name = parsed.data?.headerName ?? '';
	return {
		status: 'OK',
		message: `Looks good. Now paste it ${where}: name ${name}, value the secret (or Bearer and the secret).`,
	};
}

function problemOf({ headerName, secret, previousSecret }: HeaderSecret): string | undefined {
	if (!HEADER_NAME.test(headerName)) {
		return `"${headerName}" cannot be the name of a header: use letters, digits and hyphens, such as X-Webhook-Secret.`;
	}
	if (RESERVED_HEADERS.has(headerName.toLowerCase())) {
		return `${headerName} is a header with a meaning of its own, which may be changed on its way. Choose another, such as X-Webhook-Secret.`;
	}
	if (secret === '') return 'Enter a secret: without one, nobody is let in.';
	const weakness = weaknessOf(secret, 'secret');
	if (weakness !== undefined || previousSecret === '') return weakness;
	if (secret === previousSecret)
		return 'The previous secret is the same as the secret: clear it, or enter a new secret.';
	const ofPrevious = weaknessOf(previousSecret, 'previous secret');
	// It lets in as the secret does.
	return ofPrevious && `${ofPrevious} Or clear it: until then, whoever guesses it is let in.`;
}

/** What makes a secret one that no header can carry or that can be guessed; undefined where nothing does. */
function weaknessOf(secret: string, name: string): string | undefined {
	if (/\p{Cc}/u.test(secret))
		return `The ${name} has a line break or another control character in it, which no header can carry.`;
	if (secret.length < MIN_SECRET_LENGTH) {
		return `The ${name} has ${secret.length} characters: use at least ${MIN_SECRET_LENGTH}, best made by a password generator.`;
	}
	if (new Set(secret).size < 6) return `The ${name} repeats a few characters only: have a password generator make one.`;
	return undefined;
}

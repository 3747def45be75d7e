import { config } from '@n8n/node-cli/eslint';
import nodesBase from 'eslint-plugin-n8n-nodes-base';

const OURS = '{lib,host,scripts,bench,docs,packages,test}';

/** What runs in n8n is linted by all rules of n8n's registry; what runs on a developer's machine may do what n8n forbids. */
const onDevelopersMachine = {
	files: [`${OURS}/**/*.{ts,js}`, '*.{js,mjs}'],
	rules: {
		'@n8n/community-nodes/no-dangerous-functions': 'off',
		'@n8n/community-nodes/no-hardcoded-secrets': 'off',
		'@n8n/community-nodes/no-restricted-globals': 'off',
		'@n8n/community-nodes/no-restricted-imports': 'off',
		'@n8n/community-nodes/require-node-api-error': 'off',
		'no-console': 'off',
	},
};

/** What is `any` is looked at before it is used. */
const noAny = {
	files: ['{nodes,credentials}/**/*.ts'],
	languageOptions: { parserOptions: { project: 'tsconfig.json', tsconfigRootDir: import.meta.dirname } },
	rules: Object.fromEntries(
		['argument', 'assignment', 'call', 'member-access', 'return'].map((of) => [
			`@typescript-eslint/no-unsafe-${of}`,
			'error',
		]),
	),
};

export default [
	{ ignores: ['dist/', 'build/', 'coverage/', '.n8n-post-call/', 'host/.installed/', '**/node_modules/'] },
	...config,
	{ files: ['nodes/**/*.ts'], rules: nodesBase.configs.nodes.rules },
	onDevelopersMachine,
	noAny,
	{
		files: ['**/*.{ts,js,mjs}'],
		// More is an object with names.
		rules: { 'max-params': ['error', 4] },
	},
	{
		files: [`${OURS}/**/*.ts`],
		rules: { '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_' }] },
	},
];

// That the Messages API of ours speaks as the real one does, to the real SDK: what the other tests here stand on.
import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { calls, fails, type MessagesApi, says, startMessagesApi } from '../../support/messages-api/server.ts';

const question: Anthropic.MessageCreateParamsNonStreaming = {
  model: 'claude-sonnet-5-5',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'what is wrong?' }],
};
const tool: Anthropic.Tool = { name: 'look', description: 'Looks.', input_schema: { type: 'object' } };
const use = (id: string): Anthropic.ToolUseBlockParam => ({ type: 'tool_use', id, name: 'look', input: {} });
const result = (id: string): Anthropic.ToolResultBlockParam => ({
  type: 'tool_result',
  tool_use_id: id,
  content: 'nothing',
});

function clientOf({ url, key }: MessagesApi, apiKey = key): Anthropic {
  return new Anthropic({ apiKey, baseURL: url, maxRetries: 0, logLevel: 'off', openTelemetry: false });
}

describe('the Messages API of ours', () => {
  test('answers the same as JSON and as events, however small its writes', async () => {
    const blocks = says(
      { type: 'thinking', thinking: 'Hm 🤔.' },
      'Grüße 🔥',
      calls('look', { at: ['a "quoted" \\ path', 1.5, null, '🔥'] }),
    );
    const api = await startMessagesApi([blocks, blocks]);
    api.chunkBytes = 1;
    const client = clientOf(api);

    const whole = await client.messages.create(question);
    const streamed = await client.messages.stream(question).finalMessage();

    expect(whole.stop_reason).toBe('tool_use');
    expect(whole.content).toMatchObject([
      { type: 'thinking' },
      { type: 'text', text: 'Grüße 🔥' },
      { type: 'tool_use', name: 'look', input: { at: ['a "quoted" \\ path', 1.5, null, '🔥'] } },
    ]);
    const { id: _, content, usage, ...rest } = streamed;
    const calledAs = (blocks: Anthropic.ContentBlock[]) =>
      blocks.map((block) => ('id' in block ? { ...block, id: '' } : block));
    expect(calledAs(content)).toEqual(calledAs(whole.content));
    expect(usage).toEqual(whole.usage);
    expect(rest).toMatchObject({ stop_reason: 'tool_use', model: 'claude-sonnet-5-5', role: 'assistant' });
  });

  const wrong: [string, object, RegExp][] = [
    ['no model', { model: undefined }, /model: Field required/],
    ['no room to write', { max_tokens: 0 }, /max_tokens/],
    ['no message', { messages: [] }, /at least one message/],
    ['a setting that was removed', { temperature: 0.2 }, /temperature: Extra inputs/],
    ['an empty text', { messages: [{ role: 'user', content: '  ' }] }, /non-whitespace text/],
    ['two messages of one side', { messages: [...question.messages, ...question.messages] }, /alternate/],
    ['a prefill', { messages: [...question.messages, { role: 'assistant', content: 'It' }] }, /prefill/],
    ['a tool without a schema', { tools: [{ name: 'look' }] }, /input_schema/],
    ['a schema that is no object', { tools: [{ ...tool, input_schema: { type: 'string' } }] }, /'object'/],
    ['two tools of one name', { tools: [tool, tool] }, /unique/],
    ['a name with a blank', { tools: [{ ...tool, name: 'a b' }] }, /pattern/],
    ['a forced tool', { tools: [tool], tool_choice: { type: 'any' } }, /forced tool use/],
    ['thinking that cannot be switched off', { thinking: { type: 'disabled' } }, /between_tools/],
    [
      'a call without a result',
      {
        messages: [
          ...question.messages,
          { role: 'assistant', content: [use('toolu_1')] },
          { role: 'user', content: 'and?' },
        ],
      },
      /without `tool_result` blocks/,
    ],
    [
      'a result of another call',
      {
        messages: [
          ...question.messages,
          { role: 'assistant', content: [use('toolu_1')] },
          { role: 'user', content: [result('toolu_1'), result('toolu_2')] },
        ],
      },
      /unexpected `tool_use_id`/,
    ],
    [
      'a result behind a text',
      {
        messages: [
          ...question.messages,
          { role: 'assistant', content: [use('toolu_1')] },
          { role: 'user', content: [{ type: 'text', text: 'so' }, result('toolu_1')] },
        ],
      },
      /must come first/,
    ],
    [
      'a thinking that was changed',
      {
        messages: [
          ...question.messages,
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'x', signature: 'EqQB' },
              { type: 'text', text: 'a' },
            ],
          },
          { role: 'user', content: 'b' },
        ],
      },
      /signature/,
    ],
    [
      'five cache marks',
      {
        system: Array.from({ length: 5 }, () => ({
          type: 'text',
          text: 'a',
          cache_control: { type: 'ephemeral' },
        })),
      },
      /maximum of 4 blocks/,
    ],
  ];
  test.each(wrong)('refuses %s', async (_, fields, message) => {
    const api = await startMessagesApi();

    const error = await clientOf(api)
      .messages.create({ ...question, ...fields } as typeof question)
      .catch((error: unknown) => error);

    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error).toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      requestID: expect.any(String),
    });
    expect((error as Error).message).toMatch(message);
    expect(api.refused).toHaveLength(1);
  });

  test('refuses what does not say who it is, in which version, or for which model', async () => {
    const api = await startMessagesApi();
    const send = (headers: Record<string, string>) =>
      fetch(`${api.url}/v1/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(question),
      }).then(({ status }) => status);

    expect(await send({ 'anthropic-version': '2026-10-21' })).toBe(401);
    expect(await send({ 'anthropic-version': '2026-10-21', 'x-api-key': 'other' })).toBe(401);
    expect(await send({ 'x-api-key': api.key })).toBe(400);
    await expect(clientOf(api).messages.create({ ...question, model: 'gpt-7' })).rejects.toMatchObject({
      status: 404,
      type: 'not_found_error',
    });
    await expect(clientOf(api, 'other').messages.create(question)).rejects.toBeInstanceOf(
      Anthropic.AuthenticationError,
    );
  });

  test('fails in the form of the API', async () => {
    const api = await startMessagesApi([
      fails(429, { 'retry-after': '3' }),
      fails(529),
      { ...says('hello'), error: { after: 4, type: 'overloaded_error' } },
    ]);
    const client = clientOf(api);

    await expect(client.messages.create(question)).rejects.toMatchObject({
      status: 429,
      type: 'rate_limit_error',
    });
    await expect(client.messages.create(question)).rejects.toBeInstanceOf(Anthropic.OverloadedError);
    await expect(client.messages.stream(question).finalMessage()).rejects.toMatchObject({
      status: undefined,
      type: 'overloaded_error',
    });
  });

  test('keeps what is marked, and reads it again where it comes again byte for byte', async () => {
    const api = await startMessagesApi();
    api.answer = () => says('ok');
    const ask = async (rules: string, user: string) => {
      const { usage } = await clientOf(api).messages.create({
        ...question,
        system: [{ type: 'text', text: rules, cache_control: { type: 'ephemeral' } }],
        messages: [{ role: 'user', content: user }],
      });
      return [usage.cache_creation_input_tokens, usage.cache_read_input_tokens].map(
        (tokens) => Number(tokens) > 0,
      );
    };
    const rules = 'Rules. '.repeat(1_000);

    expect(await ask(rules, 'a')).toEqual([true, false]);
    expect(await ask(rules, 'b')).toEqual([false, true]);
    expect(await ask(` ${rules}`, 'b')).toEqual([true, false]);
    expect(await ask('Short rules.', 'b')).toEqual([false, false]);
  });
});

// What differs between two task definitions, a line each. Names of variables, never their values. Pure.
import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import { clipped } from '../../domain/excerpt.ts';

const MOST_LINES = 100;

/** From the older to the newer. */
export function definitionDiff(from: TaskDefinition, to: TaskDefinition): string[] {
  const before = byName(from.containerDefinitions);
  const after = byName(to.containerDefinitions);
  const lines = [
    ...moved('task cpu', from.cpu, to.cpu),
    ...moved('task memory', from.memory, to.memory),
    ...moved('task role', from.taskRoleArn, to.taskRoleArn),
    ...moved('execution role', from.executionRoleArn, to.executionRoleArn),
    ...moved('network mode', from.networkMode, to.networkMode),
    ...moved('architecture', from.runtimePlatform?.cpuArchitecture, to.runtimePlatform?.cpuArchitecture),
    ...otherwise('volumes', from.volumes, to.volumes),
    ...[...after.keys()].filter((name) => !before.has(name)).map((name) => `container ${name} added`),
    ...[...before.keys()].filter((name) => !after.has(name)).map((name) => `container ${name} removed`),
    ...[...after].flatMap(([name, container]) => {
      const old = before.get(name);
      return old === undefined ? [] : containerDiff(name, old, container);
    }),
  ];
  return lines.slice(0, MOST_LINES);
}

function containerDiff(name: string, from: ContainerDefinition, to: ContainerDefinition): string[] {
  return [
    ...moved(`${name}: image`, from.image, to.image),
    ...moved(`${name}: cpu`, from.cpu, to.cpu),
    ...moved(`${name}: memory limit`, from.memory, to.memory),
    ...moved(`${name}: memory reserved`, from.memoryReservation, to.memoryReservation),
    ...variables(`${name}: variable`, values(from.environment), values(to.environment)),
    ...variables(`${name}: secret`, references(from.secrets), references(to.secrets)),
    ...otherwise(`${name}: variables from files`, from.environmentFiles, to.environmentFiles),
    // May hold a password on its line.
    ...otherwise(`${name}: command`, [from.entryPoint, from.command], [to.entryPoint, to.command]),
    ...otherwise(`${name}: health check`, from.healthCheck, to.healthCheck),
    ...otherwise(`${name}: ports`, from.portMappings, to.portMappings),
    ...otherwise(`${name}: mounts`, from.mountPoints, to.mountPoints),
    ...otherwise(`${name}: logging`, from.logConfiguration, to.logConfiguration),
    ...otherwise(`${name}: ulimits`, from.ulimits, to.ulimits),
    ...moved(`${name}: user`, from.user, to.user),
  ];
}

function byName(containers: readonly ContainerDefinition[] = []): Map<string, ContainerDefinition> {
  return new Map(containers.map((container) => [clipped(container.name ?? '(unnamed)', 80), container]));
}

function moved(what: string, from: string | number | undefined, to: string | number | undefined): string[] {
  if (from === to) return [];
  const say = (value: string | number | undefined) =>
    value === undefined ? 'none' : clipped(String(value), 160);
  return [`${what} ${say(from)} → ${say(to)}`];
}

function otherwise(what: string, from: unknown, to: unknown): string[] {
  return canonical(from) === canonical(to) ? [] : [`${what} changed`];
}

/** Absent and empty are the same to ECS; the order of keys says nothing. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, each) => {
      if (Array.isArray(each)) return each.length === 0 ? undefined : each;
      if (typeof each !== 'object' || each === null) return each;
      const entries = Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1));
      return entries.length === 0 ? undefined : Object.fromEntries(entries);
    }) ?? ''
  );
}

function variables(what: string, from: Map<string, string>, to: Map<string, string>): string[] {
  const say = (name: string) => clipped(name, 120);
  return [
    ...[...to.keys()].filter((name) => !from.has(name)).map((name) => `${what} ${say(name)} added`),
    ...[...from.keys()].filter((name) => !to.has(name)).map((name) => `${what} ${say(name)} removed`),
    ...[...to]
      .filter(([name, value]) => from.has(name) && from.get(name) !== value)
      .map(([name]) => `${what} ${say(name)} changed`),
  ];
}

function values(pairs: ContainerDefinition['environment'] = []): Map<string, string> {
  return new Map(pairs.map(({ name = '', value = '' }) => [name, value]));
}

function references(pairs: ContainerDefinition['secrets'] = []): Map<string, string> {
  return new Map(pairs.map(({ name = '', valueFrom = '' }) => [name, valueFrom]));
}

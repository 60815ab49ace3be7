/** Whose words a command has: by its own setting, else of the playbook that its trigger names. */
export function playbookOf({
  playbook,
  trigger,
}: {
  playbook?: string | null | undefined;
  trigger: string;
}): string {
  return playbook ?? trigger.replace(/^\//, '');
}

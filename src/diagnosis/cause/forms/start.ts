// What programs, and what runs them, write when they cannot begin or trip over themselves.

export const BAD_CONFIGURATION: readonly RegExp[] = [
  /(?:failed|unable|could not|cannot|error) (?:to )?(?:load|loading|parse|parsing|read|reading)(?: the)? (?:\S{1,60} )?(?:config|configuration|settings|environment files?)/i,
  /invalid (?:configuration|config|setting|environment variables?|value \S{1,60} for configuration|value for)|(?:configuration|config) (?:error|file .{1,80} (?:invalid|test failed|contains errors))|\byaml: (?:line \d+|unmarshal)|YAMLException|toml: |ConfigException|ConfigurationError/i,
  /missing (?:required )?(?:environment variable|env|setting|config)|environment variable \S{1,60} (?:is )?(?:not set|missing|required|not found)|is a required field|required key \S{1,60} missing|\bis not set\b.{0,40}\benv|\[emerg\]/i,
  /os\.environ\[|unknown (?:directive|configuration key|setting \[|variable '|flag: )|no such setting|KeyError: ['"][A-Z][A-Z0-9_]{3,60}['"]|key not found: "[A-Z][A-Z0-9_]{3,60}"|flag provided but not defined|unrecognized (?:option|configuration parameter)|missing required flag/,
  // systemd: what it could not set up for the process (systemd.exec, "Process exit codes").
  /Failed at step [A-Z]{2,20} spawning|status=2\d\d\/[A-Z]{2,20}|bad unit file setting|Failed with result 'resources'|Failed to locate executable|Failed to determine user credentials/,
  // Containers.
  /\b(?:CreateContainer(?:Config)?Error|RunContainerError|InvalidImageName|ErrImagePull|ImagePullBackOff|CannotPullContainerError|CannotStartContainerError|ResourceInitializationError)\b|manifest (?:unknown|for \S{1,120} not found)|failed to pull (?:and unpack )?image|pull access denied/i,
  /\b(?:secret|configmap) "[^"]{1,120}" not found|couldn't find key \S{1,80} in (?:Secret|ConfigMap)|executable file not found in \$PATH|exec format error|OCI runtime create failed|references non-existent (?:secret|config) key/i,
  // Frameworks and servers that refuse their own settings.
  /APPLICATION FAILED TO START|Could not resolve placeholder|Failed to bind properties|Failed to configure a DataSource|UnsatisfiedDependencyException|BeanCreationException|ImproperlyConfigured|DisallowedHost|Missing `secret_key_base`|validation errors? for \w{0,40}Settings/i,
  /AH00526|Fatal errors found in configuration|error while building configuration|rejected: .{0,80}(?:Proto constraint|filter chain|listener)|FATAL CONFIG FILE ERROR|Bad directive|bootstrap check failure|FPM initialization failed|\bparsing \[\S{1,80}:\d+\]/i,
  /Address already in use|\bEADDRINUSE\b|Bind for \S{1,40} failed: port is already allocated/i,
  /(?:ENOENT|no such file or directory)[^\n]{0,80}\.(?:ya?ml|toml|conf|cfg|ini|env|properties|pem|crt|key)\b|\.(?:ya?ml|toml|conf|cfg|ini|env|properties|pem|crt|key)['"]?: (?:no such file or directory|permission denied)|EACCES: permission denied/i,
];

export const OWN_CODE: readonly RegExp[] = [
  /\b(?:TypeError|ReferenceError|AttributeError|NameError|NoMethodError|IndexError|KeyError|ValueError|SyntaxError|ImportError|ModuleNotFoundError|AssertionError|UnboundLocalError|ZeroDivisionError|RecursionError|RangeError|ArgumentError|NotImplementedError|UndefinedError|TemplateSyntaxError|TemplateDoesNotExist)\b/,
  /(?:NullPointer|NullReference|ClassCast|InvalidCast|ClassNotFound|ArgumentNull|ArgumentOutOfRange|KeyNotFound|IndexOutOfRange|MissingMethod|TypeLoad|NumberFormat|ConcurrentModification|UnsupportedOperation|InvalidOperation)Exception|NoSuchMethodError|NoClassDefFoundError|IndexOutOfBounds|IllegalStateException|IllegalArgumentException|StackOverflow|Object reference not set/,
  /panic: |\bpanicked at |nil pointer dereference|index out of range|segmentation fault|\bSIGSEGV\b|segfault at|double free|core dumped|undefined (?:local variable or )?method|is not a function|is not defined\b|is not iterable|Cannot (?:read|set) propert|Cannot find module|Cannot destructure|unwrap\(\)/i,
  /PHP Fatal error|Call to (?:undefined|a member) function|Call to undefined method|Undefined (?:array key|index|variable)|Class "[^"]{1,80}" not found|interface conversion: |nil map|runtime error: /i,
  /FunctionClauseError|no function clause matching|MatchError|no match of right hand side|UndefinedFunctionError|BadMapError|Maximum call stack|Unexpected token|Could not load file or assembly|Sequence contains no elements|ActionView::Template::Error|UnhandledPromiseRejection|Internal Server Error: \//,
];

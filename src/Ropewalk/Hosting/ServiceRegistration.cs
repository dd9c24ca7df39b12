namespace Ropewalk.Hosting;

/// <summary>Is one service that was added in code. Its endpoints are parsed when the host starts, so that all errors are told together.</summary>
internal sealed record ServiceRegistration(string? Name, IServiceKind Kind, object Options, IReadOnlyList<string> Endpoints);

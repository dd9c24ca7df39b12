using Ropewalk.Diagnostics;

namespace Ropewalk.Dns.Server;

/// <summary>Says that zones cannot be served: everything that is wrong with their files, a line each.</summary>
public sealed class DnsZoneException(IReadOnlyList<string> errors) : ProtocolException(string.Join(Environment.NewLine, errors), ErrorSide.Local, ErrorScope.Operation)
{
    /// <summary>Gets what is wrong, each with its file, line and column.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}

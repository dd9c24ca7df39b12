using Ropewalk.Diagnostics;

namespace Ropewalk.Dns.Client;

/// <summary>Reports that a question has no answer at all. What a server answers, be it that it failed, is a value.</summary>
public sealed class DnsQueryException : ProtocolException
{
    internal DnsQueryException(string message, DnsQueryFailure failure, string? specSection = null, Exception? innerException = null)
        : base(message, failure == DnsQueryFailure.TooMany ? ErrorSide.Local : ErrorSide.Remote, ErrorScope.Operation, specSection, innerException: innerException) => Failure = failure;

    /// <summary>Gets the reason.</summary>
    public DnsQueryFailure Failure { get; }
}

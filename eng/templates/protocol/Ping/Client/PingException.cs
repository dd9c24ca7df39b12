using Ropewalk.Diagnostics;

namespace Ping.Client;

/// <summary>Reports that a probe gets no answer.</summary>
public sealed class PingException : ProtocolException
{
    /// <summary>Creates the exception.</summary>
    public PingException(string message, ErrorSide side, ErrorScope scope)
        : base(message, side, scope)
    {
    }
}

using Ropewalk.Diagnostics;

namespace Ropewalk.Endpoints;

/// <summary>Reports that an endpoint cannot be listened on or reached. The message names the endpoint without its secrets.</summary>
public sealed class EndpointException : ProtocolException
{
    /// <summary>Creates the exception.</summary>
    public EndpointException(string message, ErrorSide side, Exception? innerException = null)
        : base(message, side, ErrorScope.Connection, innerException: innerException)
    {
    }
}

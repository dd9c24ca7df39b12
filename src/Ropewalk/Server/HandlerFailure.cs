using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Server;

/// <summary>Tells a handler's fault from the end of its connection, by what it threw.</summary>
internal static class HandlerFailure
{
    public static ConnectionEnd Describe(Exception exception, ConnectionContext connection) => exception switch
    {
        ConnectionResetException => new(ConnectionEndReason.PeerReset, ErrorSide.Remote),
        ConnectionAbortedException aborted => new(ConnectionEndReason.Aborted, ErrorSide.Local, aborted.Message),
        OperationCanceledException when connection.ConnectionClosed.IsCancellationRequested => new(ConnectionEndReason.Aborted, ErrorSide.Local),
        ProtocolException { Side: ErrorSide.Remote } violation => new(ConnectionEndReason.ProtocolViolation, ErrorSide.Remote, violation.Message),
        _ => new(ConnectionEndReason.HandlerFailed, ErrorSide.Local, exception.GetType().Name),
    };
}

using System.Net;
using Microsoft.Extensions.Logging;
using Ropewalk.Diagnostics;

namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Writes a port's log. What a flood of datagrams can cause is written at most once a second, with the number of those kept back: a
/// peer must not be able to fill the disk.
/// </summary>
internal sealed partial class DatagramLog(ILogger logger, TimeProvider time)
{
    private readonly LogGate _handlerGate = new(time, 1);
    private readonly LogGate _receiveGate = new(time, 1);
    private readonly ILogger _logger = logger;

    public void HandlerFailed(EndPoint port, Exception error)
    {
        if (_handlerGate.TryPass(out long keptBack))
        {
            LogHandlerFailed(port, keptBack, error);
        }
    }

    public void ReceiveFailed(EndPoint port, int errorNumber)
    {
        if (_receiveGate.TryPass(out long keptBack))
        {
            LogReceiveFailed(port, errorNumber, keptBack);
        }
    }

    [LoggerMessage(1400, LogLevel.Information, "Datagrams are received at {Port} by {Workers} {Mode} worker(s)")]
    public partial void Bound(EndPoint port, int workers, DatagramMode mode);

    [LoggerMessage(1403, LogLevel.Debug, "The port {Port} has stopped receiving")]
    public partial void Stopped(EndPoint port);

    [LoggerMessage(1404, LogLevel.Debug, "The port {Port} could not turn newcomers away before its drain (system error {Error}); the drain is bounded by count")]
    public partial void NotQuiesced(EndPoint port, int error);

    [LoggerMessage(1405, LogLevel.Information, "The system gives the port {Port} a receive buffer of {GrantedBytes} bytes instead of {WantedBytes}; bursts beyond it are lost")]
    public partial void ReceiveBufferSmaller(EndPoint port, int grantedBytes, int wantedBytes);

    [LoggerMessage(1401, LogLevel.Error, "The handler of the port {Port} threw; its batch's unanswered datagrams are lost ({KeptBack} earlier failures were not logged)")]
    private partial void LogHandlerFailed(EndPoint port, long keptBack, Exception error);

    [LoggerMessage(1402, LogLevel.Warning, "Receiving at {Port} reported system error {Error} ({KeptBack} earlier reports were not logged)")]
    private partial void LogReceiveFailed(EndPoint port, int error, long keptBack);
}

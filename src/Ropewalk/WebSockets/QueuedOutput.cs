using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports;

namespace Ropewalk.WebSockets;

/// <summary>Puts a queue before a writer of others that has none (Kestrel's), for what is sent to many.</summary>
internal sealed class QueuedOutput(PipeWriter below, ConnectionContext connection, ITransportTurnFeature? turn) : LayeredOutput, IOutboundQueueFeature
{
    protected override void PostSend() => TransportTurn.Post(turn, static self => ((QueuedOutput)self!).Send(), this);

    protected override async ValueTask<bool> WriteBelowAsync(ReadOnlyMemory<byte> bytes) => !(await below.WriteAsync(bytes)).IsCompleted;

    protected override ValueTask EndBelowAsync() => below.CompleteAsync();

    protected override void AbortBelow(Exception exception) => below.Complete(exception);

    protected override void Post(Action<object?> action, object? state) => TransportTurn.Post(turn, action, state);

    protected override void OnOverflow(ConnectionEnd end) => Post(
        static state =>
        {
            (ConnectionContext over, ConnectionEnd why) = ((ConnectionContext, ConnectionEnd))state!;
            over.Features.Get<IConnectionEndFeature>()?.TrySetEnd(why);
            over.Abort(new ConnectionAbortedException(why.ToString()));
        },
        (connection, end));
}

using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Transports;

namespace Ropewalk.Server;

/// <summary>Awaited once at the start of a connection: what follows runs on the connection's own turn, or on the thread pool.</summary>
internal readonly struct TurnStart(ConnectionContext connection, string servedBy) : ICriticalNotifyCompletion
{
    public bool IsCompleted => false;

    public TurnStart GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        if (connection.Features.Get<ITransportTurnFeature>() is { } turn)
        {
            turn.ServedBy = servedBy;
            turn.Post(static state => ((Action)state!)(), continuation);
        }
        else if (SynchronizationContext.Current is StayingContext context)
        {
            // a simulation's queue: leaving it would end its determinism
            context.Post(static state => ((Action)state!)(), continuation);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static state => state(), continuation, preferLocal: false);
        }
    }
}

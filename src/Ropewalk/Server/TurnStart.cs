using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Transports;

namespace Ropewalk.Server;

/// <summary>Begins a connection's serving where it belongs: on the connection's own turn, or on the thread pool.</summary>
internal static class TurnStart
{
    /// <summary>Runs an action there, soon.</summary>
    public static void Post(ConnectionContext connection, string servedBy, Action<object?> action, object state)
    {
        if (connection.Features.Get<ITransportTurnFeature>() is { } turn)
        {
            turn.ServedBy = servedBy;
            turn.Post(action, state);
        }
        else if (SynchronizationContext.Current is StayingContext context)
        {
            // a simulation's queue: leaving it would end its determinism
            context.Post(action.Invoke, state);
        }
        else
        {
            // outside of a simulation, and without a loop of its own, any thread will do
            ThreadPool.UnsafeQueueUserWorkItem(action, state, preferLocal: false);
        }
    }
}

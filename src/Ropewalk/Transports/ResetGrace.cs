using Ropewalk.Diagnostics;

namespace Ropewalk.Transports;

/// <summary>Tells a handler of a reset. What came before it, bytes or the end, is the handler's, if it comes for it soon.</summary>
internal static class ResetGrace
{
    /// <summary>1 s: time for a handler that has something else to await, and none for a peer that is gone.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    /// <summary>Has a waiting read find it, or fails the connection: at once where nothing came before, else when the grace is over.</summary>
    public static void Look(StreamConnection connection, bool isLate = false)
    {
        lock (connection.Gate)
        {
            if (connection.IsClosed)
            {
                return;
            }

            if (isLate || (connection.HasOnlyReset && !connection.ReaderWaits))
            {
                connection.OnTransportFailed(new ConnectionEnd(ConnectionEndReason.PeerReset, ErrorSide.Remote));
                return;
            }

            TryBegin(connection, static state => Look((StreamConnection)state!, isLate: true));
            connection.ScheduleReadable();
        }
    }

    /// <summary>Begins the grace of a connection, once.</summary>
    public static bool TryBegin(StreamConnection connection, TimerCallback onOver)
    {
        if (connection.ResetTimer is not null)
        {
            return false;
        }

        connection.ResetTimer = (connection.LoopTimers ?? connection.Options.TimeProvider).CreateTimer(onOver, connection, Length, Timeout.InfiniteTimeSpan);
        return true;
    }
}

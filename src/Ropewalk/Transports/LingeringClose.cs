namespace Ropewalk.Transports;

/// <summary>
/// Keeps a socket open for a moment after both sides of the application are done, because the peer is still sending: a close now would be
/// answered by a reset, and the reset would take our last words out of the peer's hands before it has read them.
/// </summary>
/// <remarks>Both bounds are far below nginx's lingering_time of 30 s: who is polite needs one round trip.</remarks>
internal sealed class LingeringClose
{
    private const int MaxBytes = 1024 * 1024;

    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(2);

    private readonly StreamConnection _connection;
    private ITimer? _timer;
    private int _drained;

    private LingeringClose(StreamConnection connection) => _connection = connection;

    /// <summary>Begins if there is unread input; otherwise a plain close hurts nobody. Called under the gate.</summary>
    public static LingeringClose? TryBegin(StreamConnection connection)
    {
        LingeringClose lingering = new(connection);
        if (lingering.Receive() || lingering._drained == 0)
        {
            return null;
        }

        lingering._timer = connection.Options.TimeProvider.CreateTimer(
            static state => ((LingeringClose)state!).End(), lingering, MaxTime, Timeout.InfiniteTimeSpan);
        connection.WantReadable();
        return lingering;
    }

    /// <summary>Throws away what has come.</summary>
    public void Drain()
    {
        lock (_connection.Gate)
        {
            if (_connection.IsClosed)
            {
                return;
            }

            if (!Receive())
            {
                _connection.WantReadable();
                return;
            }
        }

        End();
    }

    private void End()
    {
        _timer?.Dispose();
        _connection.OnLingered();
    }

    /// <summary>Receives until there is nothing now.</summary>
    /// <returns>True if nothing more is to be expected: the peer has ended, failed, or sent too much.</returns>
    private bool Receive()
    {
        Block block = BlockPool.Rent(large: false);
        try
        {
            while (true)
            {
                TransportOutcome outcome = _connection.TryReceive(block.Array, out int count);
                if (outcome == TransportOutcome.WouldBlock)
                {
                    return false;
                }

                if (outcome != TransportOutcome.Moved || count == 0 || (_drained += count) > MaxBytes)
                {
                    return true;
                }
            }
        }
        finally
        {
            BlockPool.Return(block);
        }
    }
}

using Ropewalk.Transports;

namespace Ropewalk.Server;

/// <summary>Keeps why a connection ended where its transport has no such feature of its own.</summary>
internal sealed class EndRecord : IConnectionEndFeature
{
    private readonly Lock _gate = new();
    private ConnectionEnd _end;

    public ConnectionEnd End
    {
        get
        {
            lock (_gate)
            {
                return _end;
            }
        }
    }

    public bool TrySetEnd(ConnectionEnd end)
    {
        lock (_gate)
        {
            bool isFirst = _end.Reason == ConnectionEndReason.Open;
            _end = isFirst ? end : _end;
            return isFirst;
        }
    }
}

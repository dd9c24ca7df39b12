namespace Ropewalk.Transports;

/// <summary>Learns of callbacks on a connection's tokens that threw: whoever serves the connection logs them.</summary>
internal interface ICallbackObserver
{
    void OnCallbackFailed(Exception exception);
}

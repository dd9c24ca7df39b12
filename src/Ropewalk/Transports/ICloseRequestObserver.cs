namespace Ropewalk.Transports;

/// <summary>Learns that its connection is asked to end. A registration at the token tells the same for 200 bytes a connection.</summary>
internal interface ICloseRequestObserver
{
    /// <summary>Learns of the request; from any thread.</summary>
    void OnCloseRequested();
}

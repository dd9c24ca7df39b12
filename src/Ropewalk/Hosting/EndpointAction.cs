namespace Ropewalk.Hosting;

/// <summary>Names what a reload does with one endpoint.</summary>
public enum EndpointAction
{
    /// <summary>It stays as it is. What stands before its connections is made anew where it has a front: a renewed certificate file takes effect.</summary>
    Keep,

    /// <summary>Its socket stays; another front (a certificate, trusted proxies) stands before new connections.</summary>
    ChangeFront,

    /// <summary>Its socket stays; another service has it now. The open connections are the former service's and are asked to say goodbye.</summary>
    TakeOver,

    /// <summary>It is listened on from now.</summary>
    Listen,

    /// <summary>It is listened on no more: its connections are asked to say goodbye.</summary>
    Stop,
}

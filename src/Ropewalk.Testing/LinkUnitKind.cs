namespace Ropewalk.Testing;

/// <summary>Names what goes over a link.</summary>
public enum LinkUnitKind
{
    /// <summary>The request for a connection (SYN).</summary>
    Connect,

    /// <summary>Bytes of a connection, in order.</summary>
    Stream,

    /// <summary>The end of one side's output (FIN).</summary>
    End,

    /// <summary>The end of a connection without order (RST).</summary>
    Reset,

    /// <summary>A datagram.</summary>
    Datagram,
}

namespace Ropewalk.Testing.Simulated;

/// <summary>Names the control bits of TCP (RFC 9293 §3.1).</summary>
[Flags]
internal enum TcpFlags : byte
{
    Fin = 1,
    Syn = 2,
    Reset = 4,
    Push = 8,
    Acknowledge = 16,
}

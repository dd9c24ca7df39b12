namespace Ropewalk.Dns.Session;

/// <summary>Says what becomes of an answer whose rate is limited.</summary>
public enum RateVerdict : byte
{
    /// <summary>It is sent.</summary>
    Send,

    /// <summary>Only that it was cut is sent: a client that did ask comes again by TCP, and who did not is sent no more than was asked in its name.</summary>
    Truncate,

    /// <summary>Nothing is sent.</summary>
    Drop,
}

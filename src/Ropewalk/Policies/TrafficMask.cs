namespace Ropewalk.Policies;

/// <summary>Masks secrets in what is about to be logged.</summary>
/// <param name="text">One byte per character (Latin-1); what the mask returns is logged in its place.</param>
/// <param name="isReceived">True for what came from the peer.</param>
public delegate string TrafficMask(string text, bool isReceived);

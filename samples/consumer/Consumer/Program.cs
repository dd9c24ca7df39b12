using Ropewalk.Transports;

SharedBytes line = SharedBytes.Copy("hello\r\n"u8);
Console.WriteLine($"{line.Length} bytes");
line.Release();
